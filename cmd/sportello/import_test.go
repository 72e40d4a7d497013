package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sportello/mailbox/loopback"
)

func TestImportCommand(t *testing.T) {
	d := newTestDesk(t, newLoopWorld(t, loopback.SMTPOptions{}), "all")
	dir := t.TempDir()
	file, rejected := filepath.Join(dir, "PNRR_Progetti.csv"), filepath.Join(dir, "scartate.csv")
	table := "CUP;Codice Univoco Submisura;Soggetto attuatore;Codice fiscale soggetto attuatore\r\n" +
		"B11B22000140006;M4C1I1.01.00;COMUNE DI VALCERVA;177080033\r\n" +
		"=SOMMA(1);M4C1I1.01.00;COMUNE DI VALCERVA;177080033\r\n"
	if err := os.WriteFile(file, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"-dry-run", "projects", file}, "2 righe lette: 1 aggiunte, 0 cambiate, 0 già presenti, 0 non pertinenti, 1 scartate (prova: nulla è stato scritto)"},
		{[]string{"-rejected", rejected, "projects", file}, "riga 3 scartata: il CUP non è valido\n2 righe lette: 1 aggiunte, 0 cambiate"},
		{[]string{"projects", file}, "0 aggiunte, 0 cambiate, 1 già presenti"},
	} {
		if out := d.must("", append([]string{"import"}, step.args...)...); !strings.Contains(out, step.want) {
			t.Errorf("import %v:\n%s\nwant\n%s", step.args, out, step.want)
		}
	}
	left, err := os.ReadFile(rejected)
	if err != nil {
		t.Fatal(err)
	}
	// A row of a stranger must not become a formula.
	if want := "3;il CUP non è valido;'=SOMMA(1)"; !strings.Contains(strings.ReplaceAll(string(left), `"`, ""), want) {
		t.Errorf("the rejected rows:\n%s\nwant %s", left, want)
	}
}

// A measure that nobody confirmed is not exported as one.
func TestExportedMeasure(t *testing.T) {
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	world.deliver(t, question("q1", "M4C1I1.1 proroga", "", "Chiediamo una proroga per l'asilo nido."))
	s := d.serve()
	eventually(t, "the message is taken in", func() bool { return len(d.inbound()) == 1 })
	s.end()
	lines := d.exported("tickets")
	if len(lines) != 1 || lines[0]["primary_measure"] != nil || len(lines[0]["measures"].([]any)) != 0 || lines[0]["imported"] != false {
		t.Fatalf("proposed: %v", lines)
	}
	d.damage("UPDATE ticket_measure SET confirmed = 1", "UPDATE ticket SET measure_settled = 1")
	lines = d.exported("tickets")
	if lines[0]["primary_measure"] != "M4C1I1.1" || len(lines[0]["measures"].([]any)) != 1 {
		t.Errorf("confirmed: %v", lines)
	}
}
