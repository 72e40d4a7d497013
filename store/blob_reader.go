package store

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// BlobReader reads a blob chunk by chunk: however large it is, 256 KiB of it
// are in memory. One goroutine uses it.
type BlobReader struct {
	ctx    context.Context
	store  *Store
	id     int64
	size   int64
	offset int64
	seq    int // of the chunk in memory, -1 for none
	chunk  []byte
}

var (
	_ io.ReadSeeker = (*BlobReader)(nil)
	_ io.WriterTo   = (*BlobReader)(nil)
)

// OpenBlob opens a blob; ErrNone if there is none. Reads end with ctx.
func (s *Store) OpenBlob(ctx context.Context, id int64) (*BlobReader, error) {
	size, err := read(ctx, s, func(t *tx) (int64, error) {
		return one(t, scanInt, `SELECT size FROM blob WHERE id = $1`, id)
	})
	if err != nil {
		return nil, fmt.Errorf("open blob %d: %w", id, err)
	}
	return &BlobReader{ctx: ctx, store: s, id: id, size: size, seq: -1}, nil
}

// Size of the whole blob in bytes.
func (r *BlobReader) Size() int64 { return r.size }

func (r *BlobReader) Read(p []byte) (int, error) {
	if r.offset >= r.size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	rest, err := r.rest()
	if err != nil {
		return 0, err
	}
	n := copy(p, rest)
	r.offset += int64(n)
	return n, nil
}

// rest is what the chunk at the offset holds from there on, at least a byte.
func (r *BlobReader) rest() ([]byte, error) {
	if want := int(r.offset / chunkSize); want != r.seq {
		chunk, err := read(r.ctx, r.store, func(t *tx) ([]byte, error) { return t.appendChunk(nil, r.id, want) })
		if err != nil {
			return nil, fmt.Errorf("read blob %d: %w", r.id, err)
		}
		r.seq, r.chunk = want, chunk
	}
	within := r.offset % chunkSize
	if within >= int64(len(r.chunk)) {
		return nil, fmt.Errorf("read blob %d: chunk %d is short: %w", r.id, r.seq, io.ErrUnexpectedEOF)
	}
	return r.chunk[within:], nil
}

// Seek moves to an offset as io.Seeker says; past the end is allowed.
func (r *BlobReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.size
	default:
		return 0, errors.New("seek blob: unknown whence")
	}
	if offset < 0 {
		return 0, errors.New("seek blob: before the beginning")
	}
	r.offset = offset
	return offset, nil
}

// WriteTo writes the rest of the blob without copying it once more.
func (r *BlobReader) WriteTo(w io.Writer) (written int64, err error) {
	for r.offset < r.size {
		rest, err := r.rest()
		if err != nil {
			return written, err
		}
		n, err := w.Write(rest)
		written += int64(n)
		r.offset += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}
