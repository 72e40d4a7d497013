package helpdesk_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"sportello/helpdesk"
)

// TestIntakeReadsWhatWasKept: some bytes are handed over, those beyond the
// bound are read from the store, and nobody can tell which. One message came
// in before the program began.
func TestIntakeReadsWhatWasKept(t *testing.T) {
	dir := t.TempDir()
	d := openDesk(t, dir)
	want := [][32]byte{keepBytes(d, 0)}
	d.close()
	d = openDesk(t, dir)
	for i := range 7 {
		want = append(want, keepBytes(d, i+1))
	}

	ctx, stop := context.WithCancel(d.ctx)
	var read [][32]byte
	err := d.RunIntake(ctx, readerFunc(func(raw []byte) helpdesk.Incoming {
		read = append(read, sha256.Sum256(raw))
		if len(read) == len(want) {
			stop()
		}
		return mail(fmt.Sprintf("<%d@comune.example>", len(read)), "anna@comune.example", "Scadenza", "Quando scade?")
	}))
	if err != nil || !slices.Equal(read, want) {
		t.Errorf("read %x, want %x; %v", read, want, err)
	}
}

// keepBytes keeps a megabyte that no other number has.
func keepBytes(d *testDesk, n int) [32]byte {
	d.t.Helper()
	view, err := d.OpenBox(d.ctx, d.box.ID, "INBOX", 1, 1)
	if err != nil {
		d.t.Fatal(err)
	}
	blob := helpdesk.NewBlob(bytes.Repeat([]byte{byte('a' + n)}, 1<<20))
	err = d.Keep(d.ctx, helpdesk.Arrival{BoxID: view.Box.ID, MailboxID: d.box.ID, UIDValidity: 1, UID: uint32(n + 1),
		InternalDate: d.now, Size: 1 << 20, Raw: blob})
	if err != nil {
		d.t.Fatal(err)
	}
	return blob.SHA256
}
