package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sportello/mailbox/loopback"
)

func TestUsage(t *testing.T) {
	for _, v := range []struct {
		name string
		args []string
		code int
		says string // in the output or the errors
	}{
		{"no command", nil, exitUsage, "manca il comando"},
		{"an unknown command", []string{"servi"}, exitUsage, "il comando «servi» non esiste"},
		{"help", []string{"help"}, exitOK, "serve"},
		{"help as a flag", []string{"--help"}, exitOK, "Uso: sportello COMANDO"},
		{"help of a command", []string{"fill", "-h"}, exitOK, "-tickets"},
		{"version", []string{"version"}, exitOK, "sportello "},
		{"version as a flag", []string{"-version"}, exitOK, "sportello "},
		{"an unknown flag", []string{"serve", "-port", "1"}, exitUsage, "opzione sconosciuta: -port"},
		{"a flag without its value", []string{"serve", "-config"}, exitUsage, "manca il valore dell'opzione -config"},
		{"a number that is none", []string{"fill", "-tickets", "molti"}, exitUsage, "«molti» non è un valore valido per l'opzione -tickets"},
		{"an argument too many", []string{"serve", "ora"}, exitUsage, "argomento di troppo: «ora»"},
		{"an argument too few", []string{"backup"}, exitUsage, "manca un argomento"},
		{"export of what there is not", []string{"export", "utenti"}, exitUsage, "tickets oppure messages"},
		{"export in an unknown format", []string{"export", "tickets", "-format", "xml"}, exitUsage, "jsonl oppure csv"},
		{"user without e-mail", []string{"user", "add"}, exitUsage, "manca l'indirizzo"},
		{"user with an unknown verb", []string{"user", "remove", "a@b.example"}, exitUsage, "add, list, password e disable"},
		{"reprocess of answers since a day", []string{"reprocess", "-answers", "-since", "2026-01-01"}, exitUsage, "sta da solo"},
		{"reprocess of two kinds", []string{"reprocess", "-parked", "-since", "2026-01-01"}, exitUsage, "non stanno insieme"},
		{"no configuration", []string{"check", "-config", "manca.toml"}, exitFault, "manca il file di configurazione manca.toml"},
		{"a folder as configuration", []string{"check", "-config", "."}, exitFault, "il file di configurazione . non si legge: non è un file normale."},
		{"a copy that is not there", []string{"restore", "-config", "manca.toml", "copia.db"}, exitFault, "sportello: manca il file di configurazione manca.toml: indicarlo con -config o con SPORTELLO_CONFIG."},
		{"no message", []string{"parse", "manca.eml"}, exitFault, "sportello: manca.eml: non esiste."},
	} {
		t.Run(v.name, func(t *testing.T) {
			o := call(t.Context(), "", v.args...)
			if o.code != v.code || !strings.Contains(o.out+o.errors, v.says) {
				t.Errorf("exit %d, wanted %d; %q is not in:\n%s%s", o.code, v.code, v.says, o.out, o.errors)
			}
			if v.code == exitOK && o.errors != "" {
				t.Errorf("on standard error: %s", o.errors)
			}
			for _, english := range []string{"usage", "(default", " string\n", "no such file", "denied", "expected"} {
				if strings.Contains(o.out+o.errors, english) {
					t.Errorf("English: %s%s", o.out, o.errors)
				}
			}
			if v.code == exitFault && v.args[0] != "check" && strings.Count(o.errors, "\n") != 1 {
				t.Errorf("more than a sentence: %s", o.errors)
			}
		})
	}
}

func TestFlagsAndArguments(t *testing.T) {
	for _, v := range []struct {
		args []string
		want []string
		json bool
	}{
		{[]string{"-json", "a", "b"}, []string{"a", "b"}, true},
		{[]string{"a", "-json", "b"}, []string{"a", "b"}, true},
		{[]string{"a", "b", "-json"}, []string{"a", "b"}, true},
		{[]string{"a", "--", "-json"}, []string{"a", "-json"}, false},
		{[]string{"--", "a", "-json"}, []string{"a", "-json"}, false},
		{[]string{"-"}, []string{"-"}, false},
	} {
		f := newFlags(environment{}, "parse", "")
		json := f.Bool("json", false, "")
		got, err := f.parse(v.args, 0, -1)
		if err != nil || !slices.Equal(got, v.want) || *json != v.json {
			t.Errorf("%q: %q, json %t, %v", v.args, got, *json, err)
		}
	}
}

func TestFaultyConfiguration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sportello.toml")
	if err := os.WriteFile(file, []byte("data_dir = \"x\"\nbase_ulr = \"y\"\n[[mailbox]]\naddress = \"senza chiocciola\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "check", "verify"} {
		o := call(t.Context(), "", command, "-config", file)
		text := o.out + o.errors
		for _, key := range []string{"base_ulr", "base_url", "mailbox[1].address", "mailbox[1].imap.host"} {
			if !strings.Contains(text, key) {
				t.Errorf("%s does not speak of %s:\n%s", command, key, text)
			}
		}
		if o.code != exitFault || strings.ContainsRune(text, '\uFFFD') {
			t.Errorf("%s: exit %d:\n%s", command, o.code, text)
		}
	}
}

func TestUsers(t *testing.T) {
	d := newTestDesk(t, newLoopWorld(t, loopback.SMTPOptions{}), "now")
	out := d.must("", "user", "add", "-role", "admin", "-name", "Rosa Bruni", "Rosa.Bruni@desk.test")
	if _, password, ok := strings.Cut(strings.TrimSpace(out), "la password è "); !ok || len(password) < 16 {
		t.Errorf("no password is printed: %q", out)
	}
	d.addExpert()
	for _, v := range []struct {
		name string
		args []string
		says string
	}{
		{"twice the same", []string{"add", expertEmail, "-role", "expert", "-name", "x"}, "sportello: c'è già una persona"},
		{"no such role", []string{"add", "x@desk.test", "-role", "capo", "-name", "x"}, "admin, coordinator, expert oppure observer"},
		{"no name", []string{"add", "x@desk.test", "-role", "expert"}, "nome e cognome"},
		{"no address", []string{"add", "x", "-role", "expert", "-name", "x"}, "non è un indirizzo"},
		{"nobody", []string{"disable", "nessuno@desk.test"}, "non c'è nessuno"},
		{"a short password", []string{"password", expertEmail, "-password-stdin"}, "almeno 12 caratteri"},
	} {
		t.Run(v.name, func(t *testing.T) {
			o := d.call("corta\n", append([]string{"user"}, v.args...)...)
			if o.code == exitOK || !strings.Contains(o.errors, v.says) || strings.Count(o.errors, "\n") != 1 {
				t.Errorf("exit %d: %s", o.code, o.errors)
			}
		})
	}
	d.must("", "user", "password", expertEmail)
	d.must("", "user", "disable", expertEmail)
	list := d.must("", "user", "list")
	if !strings.Contains(list, "rosa.bruni@desk.test  Rosa Bruni  Amministratore  sì") ||
		!strings.Contains(list, "Anna Verdi  Esperto         no") {
		t.Errorf("list:\n%s", list)
	}
}

func TestLogInAfterNewPassword(t *testing.T) {
	d := newTestDesk(t, newLoopWorld(t, loopback.SMTPOptions{}), "now")
	d.addExpert()
	d.serve()
	b := newBrowser(d.url)
	if err := b.logIn(); err != nil {
		t.Fatal(err)
	}
	d.must("un'altra password lunga\n", "user", "password", expertEmail, "-password-stdin")
	if status, _, err := b.get("/quesiti"); err != nil || status == 200 {
		t.Errorf("the session outlives the password: status %d, %v", status, err)
	}
	if err := b.logIn(); err == nil {
		t.Error("the old password still opens")
	}
}

func TestParse(t *testing.T) {
	raw := question("q1", "CUP mancante", "", "Buongiorno, come si chiede il CUP?")
	o := call(t.Context(), raw, "parse", "-")
	for _, line := range []string{"Da:           Maria Bianchi <" + officer + ">", "Oggetto:      CUP mancante", "come si chiede il CUP?"} {
		if !strings.Contains(o.out, line) {
			t.Errorf("%q is not in:\n%s", line, o.out)
		}
	}
	if o := call(t.Context(), raw, "parse", "-", "-json"); !strings.Contains(o.out, `"message_id":"q1@comune.test"`) || strings.Count(o.out, "\n") != 1 {
		t.Errorf("json: %s", o.out)
	}
}

func TestExport(t *testing.T) {
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	world.deliver(t, question("q1", "=cmd()", "", "Formula nell'oggetto, «virgolette», e\nuna riga in più."))
	world.deliver(t, strings.Replace(question("q2", "Due destinatari", "", "Testo."), "To: ", "To: protocollo@comune.test, ", 1))
	s := d.serve()
	eventually(t, "both are taken in", func() bool { return len(d.inbound()) == 2 })
	s.end()

	tickets := csvRows(t, d.must("", "export", "tickets", "-format", "csv"))
	if !slices.Equal(tickets[0], ticketColumns) || len(tickets) != 3 {
		t.Errorf("tickets: %q", tickets)
	}
	if subject := tickets[1][2]; subject != "'=cmd()" {
		t.Errorf("a formula reaches the spreadsheet: %q", subject)
	}
	messages := csvRows(t, d.must("", "export", "messages", "-format", "csv"))
	if !slices.Equal(messages[0], messageColumns) || len(messages) != 3 {
		t.Errorf("messages: %q", messages)
	}
	if to := messages[2][5]; to != "protocollo@comune.test|"+deskAddress {
		t.Errorf("to: %q", to)
	}
	lines := d.exported("tickets")
	if lines[0]["subject"] != "=cmd()" || lines[0]["closed"] != nil || lines[0]["channel"] != "mail" || len(lines[0]) != len(ticketColumns) {
		t.Errorf("jsonl: %v", lines[0])
	}
}

func csvRows(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestFill(t *testing.T) {
	d := newTestDesk(t, newLoopWorld(t, loopback.SMTPOptions{}), "now")
	d.must("", "fill", "-tickets", "400", "-seed", "7", "-months", "3")
	d.must("", "fill", "-tickets", "10", "-seed", "7", "-months", "3") // a second fill adds
	tickets, messages := d.exported("tickets"), d.exported("messages")
	active, answered := 0, 0
	for _, v := range tickets {
		switch v["state"] {
		case "new", "open", "waiting_org", "waiting_third", "snoozed":
			active++
		case "closed":
			if v["closed"] == nil {
				t.Errorf("closed without a date: %v", v)
			}
		}
		if v["first_answer"] != nil {
			answered++
		}
	}
	if len(tickets) != 410 || active < 20 || active > 62 || answered < 120 || len(messages) < 570 || len(messages) > 660 {
		t.Errorf("%d tickets, %d of them active, %d answered; %d messages", len(tickets), active, answered, len(messages))
	}
	for _, m := range messages {
		if m["sha256"] == "" || m["date"] == nil {
			t.Fatalf("message without bytes or date: %v", m)
		}
	}
	if o := d.call("", "verify"); o.code != exitOK {
		t.Error(o.out)
	}
}

// TestFillRefusesRealTickets: it does not sync what it writes, and nobody wants
// invented tickets among real ones.
func TestFillRefusesRealTickets(t *testing.T) {
	d, _ := deskWithMail(t, 1)
	before := d.exported("tickets")
	o := d.call("", "fill", "-tickets", "5")
	if o.code != exitFault || !strings.Contains(o.errors, "quesiti veri") || strings.Count(o.errors, "\n") != 1 {
		t.Errorf("exit %d: %s", o.code, o.errors)
	}
	if after := d.exported("tickets"); len(after) != len(before) {
		t.Errorf("%d tickets became %d", len(before), len(after))
	}
}
