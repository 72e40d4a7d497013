package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sportello/helpdesk"
)

func TestLock(t *testing.T) {
	dir := t.TempDir()
	l, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("a second time: %v", err)
	}
	if err := l.Unlock(); err != nil {
		t.Fatal(err)
	}
	l, err = Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Unlock(); err != nil {
		t.Fatal(err)
	}
}

func TestMark(t *testing.T) {
	dir := t.TempDir()
	if _, err := NewMark(dir).Load(); !errors.Is(err, helpdesk.ErrNone) {
		t.Errorf("without a file: %v", err)
	}
	h := func(count, highest int64) helpdesk.HandOver { return helpdesk.HandOver{Count: count, Highest: highest} }
	for _, raise := range []struct{ to, want helpdesk.HandOver }{
		{h(1, 2), h(1, 2)}, {h(2, 1), h(2, 2)}, {h(1, 9), h(2, 2)}, {h(1<<40, 1<<41), h(1<<40, 1<<41)},
	} {
		m := NewMark(dir) // as after a restart
		if err := m.Raise(raise.to); err != nil {
			t.Fatal(err)
		}
		for _, m := range []*Mark{m, NewMark(dir)} {
			if got, err := m.Load(); got != raise.want || err != nil {
				t.Errorf("raised to %+v: %+v, %v", raise.to, got, err)
			}
		}
	}
	path := filepath.Join(dir, "outbox.mark")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		damaged := slices.Clone(whole)
		damaged[i] ^= 1
		for _, b := range [][]byte{damaged, whole[:i]} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := NewMark(dir).Load(); err == nil || errors.Is(err, helpdesk.ErrNone) {
				t.Errorf("damaged at %d: read as %+v, %v", i, got, err)
			}
			if err := NewMark(dir).Raise(h(1<<50, 1)); err == nil {
				t.Errorf("damaged at %d: raised", i)
			}
		}
	}
}

func TestRoomLeft(t *testing.T) {
	s := openTest(t)
	for low, want := range map[int64]helpdesk.Code{1: "", 1 << 62: helpdesk.Busy} {
		s.opts.LowWater = low
		if err := s.RoomLeft(); helpdesk.ErrorCode(err) != want || (want == "") != (err == nil) {
			t.Errorf("low water %d: %v", low, err)
		}
		if v, err := s.Status(t.Context()); err != nil || (v.Full == saysLow) != (want != "") {
			t.Errorf("low water %d: the status says %q, %v", low, v.Full, err)
		}
	}
}

func TestBackup(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		d.message(tx, d.ticket(tx, nil).ID, nil)
		return tx.StartOutgoingAfter(7)
	})
	dir := t.TempDir()
	file := filepath.Join(dir, FileName)
	var told bool
	if err := d.Backup(t.Context(), file, func(written, total int64) { told = written > 0 && total > 0 }); err != nil {
		t.Fatal(err)
	}
	if !told {
		t.Error("no progress")
	}
	if err := d.Backup(t.Context(), file, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over an existing file: %v", err)
	}
	s := openDir(t, dir)
	p, err := s.Queue(t.Context(), helpdesk.QueueQuery{View: helpdesk.ViewOpen, Text: "rendiconta"})
	if err != nil || len(p.Rows) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	for name, check := range checks(s) {
		if all, err := check(t.Context()); err != nil || all != nil {
			t.Errorf("%s: %v, %v", name, all, err)
		}
	}
	copied := &desk{Store: s, t: t, mailbox: d.mailbox, contact: d.contact, anna: d.anna}
	copied.do(func(tx helpdesk.Tx) error {
		if o := copied.outgoing(tx, "k", nil); o.ID != 8 {
			t.Errorf("outbox id %d", o.ID)
		}
		return nil
	})
}

// TestVerifyFinds damages a store in each way and expects to be told.
func TestVerifyFinds(t *testing.T) {
	for want, damage := range map[string]string{
		"received, but on no ticket":  `INSERT INTO raw_message (mailbox_id, blob_id, size, internal_at, kept_at, pending_at, stub, found_at_start, state) VALUES (1, 1, 0, 0, 0, 0, 0, 0, 'received')`,
		"no body":                     `DELETE FROM message_body`,
		"not in the full text":        `DELETE FROM message_fts WHERE rowid = 1`,
		"no such message":             `INSERT INTO message_fts (rowid, text) VALUES (99, 'x')`,
		"but no message kept":         `INSERT INTO ledger (box_id, uid_validity, uid, state, attempts, size) VALUES (1, 1, 1, 'stored', 0, 0)`,
		"but 0 stored":                `DELETE FROM blob_chunk`,
		"still holds messages":        `UPDATE ticket SET state = 'merged', active = 0`,
		"in the wrong part":           `UPDATE ticket SET active = 0`,
		"the one before is missing":   `INSERT INTO event (id, at, actor_id, kind, ticket_id, object_id, detail_hash, hash) VALUES (5, 0, 0, 'x', 0, 0, x'', x'')`,
		"attachment 1: no such blob":  `PRAGMA foreign_keys = 0; DELETE FROM blob; PRAGMA foreign_keys = 1`,
		"message 1: no such raw_mess": `PRAGMA foreign_keys = 0; UPDATE message SET raw_id = 77; PRAGMA foreign_keys = 1`,
	} {
		d := newDesk(t)
		d.do(func(tx helpdesk.Tx) error {
			d.message(tx, d.ticket(tx, nil).ID, func(m *helpdesk.Message) { m.Attachments = attached("a.pdf", []byte("a")) })
			return tx.SaveBox(&helpdesk.Box{MailboxID: d.mailbox.ID, Folder: "INBOX"})
		})
		for name, check := range checks(d.Store) {
			if all, err := check(t.Context()); err != nil || all != nil {
				t.Fatalf("before %q: %s: %v, %v", want, name, all, err)
			}
		}
		w := <-d.writer
		_, err := w.c.ExecContext(t.Context(), damage)
		d.writer <- w
		if err != nil {
			t.Fatalf("%s: %v", damage, err)
		}
		var found []string
		for _, check := range checks(d.Store) {
			all, err := check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, all...)
		}
		if !strings.Contains(strings.Join(found, "\n"), want) {
			t.Errorf("after %q found %v, want %q", damage, found, want)
		}
	}
}

func TestExport(t *testing.T) {
	d := newDesk(t)
	n := exportBatch + 3
	d.do(func(tx helpdesk.Tx) error {
		for range n {
			d.ticket(tx, func(v *helpdesk.Ticket) { v.OwnerID, v.State, v.ClosedAt = d.anna.ID, helpdesk.StateClosed, epoch })
		}
		d.message(tx, 1, func(m *helpdesk.Message) { m.To = []helpdesk.Address{{Addr: "a@x.example"}, {Addr: "b@x.example"}} })
		d.outgoing(tx, "k", nil)
		return nil
	})
	seen := 0
	for l, err := range d.ExportTickets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; l.Number.Seq() != seen || seen <= n && (l.Owner != d.anna.Email || l.Contact != d.contact.Address || !l.Closed.Equal(epoch) || !l.FirstAnswer.IsZero()) {
			t.Fatalf("line %d: %+v", seen, l)
		}
	}
	if seen != n+1 {
		t.Errorf("%d lines", seen)
	}
	var lines []MessageLine
	for l, err := range d.ExportMessages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	if len(lines) != 2 || !slices.Equal(lines[0].To, []string{"a@x.example", "b@x.example"}) || lines[0].SHA256 != "" || len(lines[1].SHA256) != 64 {
		t.Errorf("%+v", lines)
	}
	for range d.ExportTickets(t.Context()) {
		break
	}
}
