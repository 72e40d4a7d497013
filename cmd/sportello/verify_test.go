package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sportello/mailbox/loopback"
	"sportello/store"
)

// deskWithMail took in n messages and has stopped.
func deskWithMail(t *testing.T, n int) (*testDesk, *loopWorld) {
	t.Helper()
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	deliverSome(t, world, 0, n)
	s := d.serve()
	eventually(t, "all are taken in", func() bool { return len(d.inbound()) == n })
	if code := s.end(); code != exitOK {
		t.Fatalf("serve: exit %d\n%s", code, s.log)
	}
	return d, world
}

// damage changes the closed database behind the program's back.
func (d *testDesk) damage(statements ...string) {
	d.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(d.dir, store.FileName))
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			d.t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestVerifyFinds(t *testing.T) {
	const open = "DROP TRIGGER event_fixed; DROP TRIGGER event_kept;"
	for _, v := range []struct {
		name   string
		damage string
		says   string
	}{
		{"nothing", "SELECT 1", ""},
		{"a flipped byte in an event", open + "UPDATE event SET actor_id = actor_id + 1 WHERE id = 3", "l'evento 3 è stato alterato"},
		{"a flipped byte in what it says", "UPDATE event_detail SET detail = replace(detail, '0', '1') WHERE event_id = 2", "l'evento 2 è stato alterato"},
		{"an erased detail", "DELETE FROM event_detail WHERE event_id = 2", ""},
		{"a missing event", open + "DELETE FROM event_detail WHERE event_id = 2; DELETE FROM event WHERE id = 2", "ERRORE"},
		{"a missing ledger row", "DELETE FROM ledger WHERE uid = 1", "manca nel registro della posta il messaggio UID 1"},
		{"a message without its ticket", "PRAGMA foreign_keys = OFF; DELETE FROM ticket WHERE id = 1", "ERRORE riferimenti fra le righe"},
		{"bytes that are gone", "DELETE FROM blob_chunk WHERE blob_id = 1", "ERRORE righe senza il loro seguito"},
		{"a message that nobody reads", "UPDATE raw_message SET state = 'pending', pending_at = pending_at - 600000 WHERE id = 1", "il più vecchio aspetta"},
	} {
		t.Run(v.name, func(t *testing.T) {
			d, _ := deskWithMail(t, 3)
			d.damage(v.damage)
			o := d.call("", "verify")
			if v.says == "" {
				if o.code != exitOK || strings.Contains(o.out, "ERRORE") {
					t.Errorf("exit %d:\n%s%s", o.code, o.out, o.errors)
				}
				return
			}
			if o.code != exitFault || !strings.Contains(o.out, v.says) {
				t.Errorf("exit %d, %q is not in:\n%s%s", o.code, v.says, o.out, o.errors)
			}
		})
	}
}

func TestVerifyFindsDamagedPages(t *testing.T) {
	d, _ := deskWithMail(t, 3)
	path := filepath.Join(d.dir, store.FileName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("Testo del quesito 1."))
	if at < 0 {
		t.Fatal("no text in the file")
	}
	clear(data[at-300 : at+300])
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if o := d.call("", "verify", "-offline"); o.code != exitFault {
		t.Errorf("exit %d:\n%s", o.code, o.out)
	}
}

func TestVerifyRespectsSkippedMail(t *testing.T) {
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "now")
	deliverSome(t, world, 0, 4) // there before the first start: not taken in
	s := d.serve()
	eventually(t, "the folder has been looked at", func() bool {
		return strings.Contains(d.must("", "verify"), "4 messaggi, 0 ancora da prelevare")
	})
	deliverSome(t, world, 4, 5)
	eventually(t, "the new one is taken in", func() bool { return len(d.inbound()) == 1 })
	d.must("", "verify") // beside the running serve
	s.end()
	d.must("", "verify")
}

func TestCheck(t *testing.T) {
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	deliverSome(t, world, 0, 2)
	out := d.must("", "check")
	for _, line := range []string{"ok     configurazione", "ok     archivio", "2 messaggi nella cartella INBOX, 2 da prendere", "ok     posta in uscita"} {
		if !strings.Contains(out, line) {
			t.Errorf("%q is not in:\n%s", line, out)
		}
	}
	world.imap.AddUser("help", "changed")
	world.smtp.Close()
	o := d.call("", "check")
	if o.code != exitFault || strings.Count(o.out, "ERRORE") != 2 || !strings.Contains(o.out, "rifiuta nome utente o password") {
		t.Errorf("exit %d:\n%s", o.code, o.out)
	}
}
