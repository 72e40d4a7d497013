package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"sportello/helpdesk"
)

// Mark is the file beside the database that holds the highest outbox id ever
// handed to DATA. It is not in the database, so that one copied back from
// before can be told by it.
type Mark struct {
	path string

	mu     sync.Mutex
	loaded bool
	id     int64
}

var _ helpdesk.HighWater = (*Mark)(nil)

// NewMark is the mark of the data directory dir.
func NewMark(dir string) *Mark { return &Mark{path: filepath.Join(dir, "outbox.mark")} }

// markSize is 8 bytes of id and 4 of their CRC-32, both big-endian.
const markSize = 12

// Load reads the mark, 0 if there is no file yet. A damaged file is an error
// and never 0: that would let mail out a second time.
func (m *Mark) Load() (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.load()
}

func (m *Mark) load() (int64, error) {
	b, err := os.ReadFile(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		m.loaded, m.id = true, 0
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("outbox mark: %w", err)
	}
	if len(b) != markSize || crc32.ChecksumIEEE(b[:8]) != binary.BigEndian.Uint32(b[8:]) {
		return 0, fmt.Errorf("outbox mark: %w", &helpdesk.Error{Code: helpdesk.Conflict, Message: fmt.Sprintf(
			"Il file %s è danneggiato: senza di esso non si sa quale posta è già partita. Se l'archivio è quello in uso e non una copia più vecchia, elimini il file e riavvii.", m.path)})
	}
	m.loaded, m.id = true, int64(binary.BigEndian.Uint64(b))
	return m.id, nil
}

// Raise brings the mark up to id and returns when that is on the disk. A
// lower id changes nothing.
func (m *Mark) Raise(id int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.loaded {
		if _, err := m.load(); err != nil {
			return err
		}
	}
	if id <= m.id {
		return nil
	}
	if err := m.write(id); err != nil {
		return fmt.Errorf("outbox mark: %w", err)
	}
	m.id = id
	return nil
}

// write replaces the file whole: after a crash either the old or the new mark
// is there.
func (m *Mark) write(id int64) error {
	b := binary.BigEndian.AppendUint64(nil, uint64(id))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	temp := m.path + ".part"
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, m.path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(m.path))
}
