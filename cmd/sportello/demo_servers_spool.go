package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sportello/mailbox/mime"
)

// demoSpool keeps mail in files, one a message, a folder for each box. The name
// of a file holds its number in the box and when it came.
type demoSpool struct{ dir string }

func (s demoSpool) path(box string, n int, at time.Time) string {
	return filepath.Join(s.dir, box, fmt.Sprintf("%06d-%d.eml", n, at.UnixMilli()))
}

// put writes a message whole or not at all.
func (s demoSpool) put(box string, n int, at time.Time, data []byte) error {
	path := s.path(box, n, at)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return writeWhole(path, data)
}

func (s demoSpool) get(box string, n int, at time.Time) ([]byte, error) {
	return os.ReadFile(s.path(box, n, at))
}

// each passes the messages of a box in their order. What an interrupted put
// left behind is taken away.
func (s demoSpool) each(box string, fn func(n int, at time.Time, data []byte) error) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, box)) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	for _, e := range entries {
		path := filepath.Join(s.dir, box, e.Name())
		var n int
		var ms int64
		if _, err := fmt.Sscanf(e.Name(), "%06d-%d.eml", &n, &ms); err != nil || filepath.Ext(path) != ".eml" {
			if err := os.Remove(path); err != nil {
				return fmt.Errorf("spool: %w", err)
			}
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("spool: %w", err)
		}
		if err := fn(n, time.UnixMilli(ms), data); err != nil {
			return fmt.Errorf("spool: %s: %w", e.Name(), err)
		}
	}
	return nil
}

// demoSent is a message that came to somebody outside, as the list of the door
// shows it; the bytes stay on disk.
type demoSent struct {
	ID int // from 1, without gaps
	At time.Time
	demoEnvelope
	Sender    string // address in From
	Subject   string
	Automatic bool
	Files     int
}

// demoEnvelope is what SMTP said; From is empty for automatic mail.
type demoEnvelope struct {
	From string
	To   []string
}

func newSent(id int, at time.Time, e demoEnvelope, raw []byte) demoSent {
	m := mime.Read(raw)
	s := demoSent{ID: id, At: at.Truncate(time.Millisecond), demoEnvelope: e, Subject: m.Subject, Files: len(m.Attachments())}
	if len(m.From) > 0 {
		s.Sender = m.From[0].Addr
	}
	auto := m.Header.Get("Auto-Submitted")
	s.Automatic = auto != "" && auto != "no"
	return s
}

// bytes is the message as the spool keeps it: a line with the envelope first.
func (m demoSent) bytes(raw []byte) ([]byte, error) {
	line, err := json.Marshal(m.demoEnvelope)
	if err != nil {
		return nil, fmt.Errorf("envelope: %w", err)
	}
	return append(append(line, '\n'), raw...), nil
}

func readSent(id int, at time.Time, data []byte) (demoSent, []byte, error) {
	line, raw, ok := bytes.Cut(data, []byte("\n"))
	var e demoEnvelope
	if err := json.Unmarshal(line, &e); err != nil || !ok {
		return demoSent{}, nil, fmt.Errorf("envelope of message %d: %w", id, err)
	}
	return newSent(id, at, e, raw), raw, nil
}
