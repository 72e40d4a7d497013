package store

import (
	"errors"
	"fmt"

	"sportello/helpdesk"
)

// chunkSize of stored bytes: a blob of many megabytes passes through memory
// piece by piece.
const chunkSize = 256 << 10

func (t *tx) PutBlob(b helpdesk.Blob) (int64, error) {
	var id int64
	err := t.get(into(&id), `INSERT INTO blob (sha256, size) VALUES ($1, $2)
		ON CONFLICT (sha256) DO NOTHING RETURNING id`, b.SHA256[:], len(b.Data))
	if errors.Is(err, helpdesk.ErrNone) {
		err = t.get(into(&id), `SELECT id FROM blob WHERE sha256 = $1`, b.SHA256[:])
		return id, wrapf(err, "put blob")
	}
	if err != nil {
		return 0, fmt.Errorf("put blob: %w", err)
	}
	for seq, from := 0, 0; from < len(b.Data); seq, from = seq+1, from+chunkSize {
		_, err := t.exec(`INSERT INTO blob_chunk (blob_id, seq, data) VALUES ($1, $2, $3)`,
			id, seq, b.Data[from:min(from+chunkSize, len(b.Data))])
		if err != nil {
			return 0, fmt.Errorf("put blob: chunk %d: %w", seq, err)
		}
	}
	return id, nil
}

func (t *tx) BlobData(blobID int64) ([]byte, error) {
	var size int64
	if err := t.get(into(&size), `SELECT size FROM blob WHERE id = $1`, blobID); err != nil {
		return nil, fmt.Errorf("blob %d: %w", blobID, err)
	}
	data := make([]byte, 0, size)
	for seq := 0; int64(len(data)) < size; seq++ {
		var err error
		if data, err = t.appendChunk(data, blobID, seq); err != nil {
			return nil, fmt.Errorf("blob %d: %w", blobID, err)
		}
	}
	return data, nil
}

func (t *tx) appendChunk(data []byte, blobID int64, seq int) ([]byte, error) {
	err := t.get(into((*bytesColumn)(&data)), `SELECT data FROM blob_chunk WHERE blob_id = $1 AND seq = $2`, blobID, seq)
	return data, wrapf(err, "chunk %d", seq)
}

// bytesColumn appends a column to a slice: scanned into a []byte every message
// would be copied once more.
type bytesColumn []byte

func (c *bytesColumn) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok {
		return fmt.Errorf("a chunk is bytes, not %T", v)
	}
	*c = append(*c, b...)
	return nil
}
