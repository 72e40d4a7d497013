package store

import (
	"bytes"
	"io"
	"testing/iotest"

	"sportello/helpdesk"
)

// readBlob reads a blob in every way and compares.
func (d *desk) readBlob(id int64, want []byte) {
	d.t.Helper()
	r, err := d.OpenBlob(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	if r.Size() != int64(len(want)) {
		d.t.Errorf("size %d, want %d", r.Size(), len(want))
	}
	if err := iotest.TestReader(r, want); err != nil {
		d.t.Error(err)
	}
	for _, from := range []int64{0, int64(len(want)) / 2, int64(len(want))} {
		if _, err := r.Seek(from, io.SeekStart); err != nil {
			d.t.Fatal(err)
		}
		var b bytes.Buffer
		if n, err := r.WriteTo(&b); err != nil || n != int64(len(want))-from || !bytes.Equal(b.Bytes(), want[from:]) {
			d.t.Errorf("from %d: %d bytes, %v", from, n, err)
		}
	}
}

// attached stores data as an attachment, so that the blob is referred to.
func attached(name string, data []byte) []helpdesk.Attachment {
	return []helpdesk.Attachment{{Name: name, Type: "application/pdf", Size: int64(len(data)), Blob: helpdesk.NewBlob(data)}}
}
