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

// Mark is the file beside the database that holds how often mail was handed
// to DATA and the highest outbox id among it. It is not in the database, so
// that one copied back from before can be told by it.
type Mark struct {
	path string

	mu     sync.Mutex
	loaded bool
	last   helpdesk.HandOver
}

var _ helpdesk.HighWater = (*Mark)(nil)

// NewMark is the mark of the data directory dir.
func NewMark(dir string) *Mark { return &Mark{path: filepath.Join(dir, "outbox.mark")} }

// markSize is 8 bytes of count, 8 of id and 4 of their CRC-32, all big-endian.
const markSize = 20

// Load reads the mark, helpdesk.ErrNone if there is no file. A damaged file is
// an error and never nothing: that would let mail out a second time.
func (m *Mark) Load() (helpdesk.HandOver, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.load()
	return m.last, err
}

func (m *Mark) load() error {
	b, err := os.ReadFile(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		m.loaded, m.last = true, helpdesk.HandOver{}
		return fmt.Errorf("outbox mark: %w", helpdesk.ErrNone)
	}
	if err != nil {
		return fmt.Errorf("outbox mark: %w", err)
	}
	if len(b) != markSize || crc32.ChecksumIEEE(b[:16]) != binary.BigEndian.Uint32(b[16:]) {
		return fmt.Errorf("outbox mark: %w", &helpdesk.Error{Code: helpdesk.Conflict, Message: fmt.Sprintf(
			"Il file %s è danneggiato: senza di esso non si sa quale posta è già partita. Eliminare il file e riavviare: la posta in attesa sarà da verificare a mano.", m.path)})
	}
	m.loaded = true
	m.last = helpdesk.HandOver{Count: int64(binary.BigEndian.Uint64(b)), Highest: int64(binary.BigEndian.Uint64(b[8:]))}
	return nil
}

// Raise brings the mark up to h and returns when that is on the disk. A lower
// count changes nothing.
func (m *Mark) Raise(h helpdesk.HandOver) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.loaded {
		if err := m.load(); err != nil && !errors.Is(err, helpdesk.ErrNone) {
			return err
		}
	}
	if h.Count <= m.last.Count {
		return nil
	}
	h.Highest = max(h.Highest, m.last.Highest)
	if err := m.write(h); err != nil {
		return fmt.Errorf("outbox mark: %w", err)
	}
	m.last = h
	return nil
}

// write replaces the file whole: after a crash either the old or the new mark
// is there.
func (m *Mark) write(h helpdesk.HandOver) error {
	b := binary.BigEndian.AppendUint64(nil, uint64(h.Count))
	b = binary.BigEndian.AppendUint64(b, uint64(h.Highest))
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
