package mailbox

import (
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sportello/helpdesk"
)

// startExim starts a real MTA that delivers to d and returns its submission
// port, with STARTTLS and a log-in.
func startExim(t *testing.T, d *dovecot) SMTPConfig {
	t.Helper()
	_, err := exec.LookPath("exim4")
	need(t, err == nil, "no exim4")
	exim := &dovecot{t: t, tools: d.tools, dir: openDir(t)}
	if err := os.Chmod(exim.dir, 0o777); err != nil { // it runs as another user
		t.Fatal(err)
	}
	port := freePorts(t)
	exim.run("../mta-exim/run.sh", "start", exim.dir, strconv.Itoa(port), strconv.Itoa(d.cfg.Port+2), filepath.Join(d.dir, "users"))
	t.Cleanup(func() { exim.run("../mta-exim/run.sh", "stop", exim.dir) })
	pem, err := os.ReadFile(filepath.Join(exim.dir, "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return SMTPConfig{Host: "127.0.0.1", Port: port + 1, TLS: TLSStart, RootCAs: pool, Username: "help", Password: "helppw"}
}

func TestEximAnswers(t *testing.T) {
	d := startDovecot(t)
	cfg := startExim(t, d)
	tests := []struct {
		subject string
		to      []string
		want    helpdesk.DeliveryResult
		refused []string
		reason  string
	}{
		{"prova", []string{"cust@customer.test"}, helpdesk.Delivered, nil, ""},
		{"prova", []string{"nobody-here@customer.test"}, helpdesk.Permanent, []string{"nobody-here@customer.test"}, "550"},
		{"prova", []string{"defer-1@customer.test"}, helpdesk.Temporary, []string{"defer-1@customer.test"}, "451"},
		{"prova", []string{"full-1@customer.test"}, helpdesk.Permanent, []string{"full-1@customer.test"}, "552"},
		{"prova", []string{"full-1@customer.test", "cust@customer.test"}, helpdesk.Delivered, []string{"full-1@customer.test"}, "552"},
		{"[drop]", []string{"cust@customer.test"}, helpdesk.Permanent, nil, "554"},
	}
	c, err := dialSMTP(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.quit(t.Context())
	for _, tt := range tests {
		a := attempt{
			client: c, commit: func() error { return nil },
			mail: helpdesk.Outgoing{From: "help@acme.test", Recipients: tt.to},
			data: []byte("From: help@acme.test\r\nSubject: " + tt.subject + "\r\n\r\nCiao\r\n.\r\n"),
		}
		got, err := a.run(t.Context())
		if err != nil || got.Result != tt.want || !slices.Equal(got.Refused, tt.refused) || !strings.HasPrefix(got.Reason, tt.reason) {
			t.Errorf("%v %s: %+v, %v", tt.to, tt.subject, got, err)
		}
	}
	d.cfg.Username, d.cfg.Password = "cust", "custpw"
	k := d.polling()
	d.settle(k, func() bool { return len(k.contents()) == 2 })
	for _, raw := range k.contents() {
		if !strings.Contains(raw, "\r\n\r\nCiao\r\n.\r\n") {
			t.Errorf("arrived as %q", raw)
		}
	}
}
