package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sportello/mailbox/loopback"
	"sportello/store"
)

func TestBackupAndRestore(t *testing.T) {
	d, _ := deskWithMail(t, 3)
	before := d.must("", "export", "messages")
	file := filepath.Join(t.TempDir(), "copia.db")
	d.must("", "backup", file)
	if o := d.call("", "backup", file); o.code != exitFault || !strings.Contains(o.errors, "esiste già") {
		t.Errorf("a copy is overwritten: %d %s", o.code, o.errors)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v, %v", info, err)
	}
	if o := d.call("", "restore", file); o.code != exitFault || !strings.Contains(o.errors, "c'è già un archivio") {
		t.Errorf("a database is overwritten: %d %s", o.code, o.errors)
	}
	d.loseDatabase()
	d.must("", "restore", file)
	if after := d.must("", "export", "messages"); after != before {
		t.Errorf("not the same messages:\n%s\n%s", before, after)
	}
	d.must("", "verify")
}

// loseDatabase removes the database; the outbox mark stays.
func (d *testDesk) loseDatabase() {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.dir, store.FileName+"*"))
	if err != nil || len(files) == 0 {
		d.t.Fatalf("no database: %v", err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			d.t.Fatal(err)
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	d, _ := deskWithMail(t, 2)
	good := filepath.Join(t.TempDir(), "copia.db")
	d.must("", "backup", good)
	d.loseDatabase()
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		name string
		data []byte
		says string
	}{
		{"what is no database", []byte(strings.Repeat("niente ", 1000)), "non è una copia"},
		{"an empty file", nil, "non è una copia"},
		{"a copy with a page of zeros", zeroPage(data, len(data)/filePage-2), "danneggiata"},
		{"half a copy", data[:len(data)/2/filePage*filePage], "copia"},
	} {
		t.Run(v.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "copia.db")
			if err := os.WriteFile(file, v.data, 0o600); err != nil {
				t.Fatal(err)
			}
			o := d.call("", "restore", file)
			if o.code != exitFault || !strings.Contains(o.errors, v.says) {
				t.Errorf("exit %d: %s", o.code, o.errors)
			}
			if left, _ := filepath.Glob(filepath.Join(d.dir, store.FileName+"*")); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

const filePage = 8192 // bytes of a page of the database

// zeroPage is data with one page of the file gone.
func zeroPage(data []byte, page int) []byte {
	data = slices.Clone(data)
	clear(data[page*filePage : (page+1)*filePage])
	return data
}

// TestCopiedBackSendsNothing: a database from before, by restore or by a plain
// copy, does not send again what has left since.
func TestCopiedBackSendsNothing(t *testing.T) {
	for _, how := range []string{"restore", "copy"} {
		t.Run(how, func(t *testing.T) {
			world := newLoopWorld(t, loopback.SMTPOptions{})
			d := newTestDesk(t, world, "all")
			d.addExpert()
			d.prime()
			copied := filepath.Join(t.TempDir(), "copia.db")
			d.must("", "backup", copied)

			deliverSome(t, world, 0, 3)
			s := d.serve()
			eventually(t, "acknowledgements leave", func() bool { return len(world.smtp.Taken()) == 3 && d.settled() })
			s.end()

			d.loseDatabase()
			if how == "restore" {
				d.must("", "restore", copied)
			} else {
				data, err := os.ReadFile(copied)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(d.dir, store.FileName), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s = d.serve()
			eventually(t, "the mail is taken in again", func() bool { return len(d.inbound()) == 3 && d.settled() })
			deliverSome(t, world, 3, 4)
			eventually(t, "new mail is taken in", func() bool { return len(d.inbound()) == 4 && d.settled() })
			s.end()
			if n := len(world.smtp.Taken()); n != 3 {
				t.Errorf("%d mails left, 3 before the copy came back", n)
			}
			if number := d.exported("tickets")[0]["number"].(string); !strings.HasSuffix(number, "-001001") {
				t.Errorf("the first number after the copy came back is %s: numbers given since could be given again", number)
			}
			d.must("", "verify")
		})
	}
}
