package loopback

import (
	"bytes"
	"maps"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// picked is a message with the sequence number the client knows it by.
type picked struct {
	*message
	seq uint32
}

// pick resolves a set against the open folder; server.mu is held.
func (s *session) pick(set imap.NumSet) []picked {
	var list []picked
	for i, m := range s.folder.messages {
		seq := s.tracker.EncodeSeqNum(uint32(i + 1))
		if seq != 0 && s.contains(set, seq, m.uid) {
			list = append(list, picked{m, seq})
		}
	}
	return list
}

func (s *session) contains(set imap.NumSet, seq, uid uint32) bool {
	switch set := set.(type) {
	case imap.SeqSet:
		last := uint32(len(s.folder.messages))
		for _, r := range set {
			if within(r.Start, r.Stop, last, seq) {
				return true
			}
		}
	case imap.UIDSet:
		var last uint32
		if n := len(s.folder.messages); n > 0 {
			last = s.folder.messages[n-1].uid
		}
		for _, r := range set {
			if within(uint32(r.Start), uint32(r.Stop), last, uid) {
				return true
			}
		}
	}
	return false
}

// within reads 0 as "*", the last number in use; n:* holds the last number
// even when it is below n (RFC 3501 §6.4.8).
func within(start, stop, last, n uint32) bool {
	if start == 0 {
		start = last
	}
	if stop == 0 {
		stop = last
	}
	return min(start, stop) <= n && n <= max(start, stop)
}

func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	for _, p := range s.pickForFetch(set, options) {
		if err := p.write(w.CreateMessage(p.seq), options); err != nil {
			return err
		}
	}
	return nil
}

// pickForFetch copies what is to be written, so that a slow client does not
// hold the lock.
func (s *session) pickForFetch(set imap.NumSet, options *imap.FetchOptions) []picked {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	seen := false
	for _, b := range options.BodySection {
		seen = seen || !b.Peek
	}
	list := s.pick(set)
	for i, p := range list {
		if seen && !s.readOnly {
			p.flags[`\seen`] = true
		}
		list[i].message = &message{uid: p.uid, date: p.date, raw: p.raw, flags: maps.Clone(p.flags)}
	}
	return list
}

func (p picked) write(w *imapserver.FetchResponseWriter, options *imap.FetchOptions) error {
	w.WriteUID(imap.UID(p.uid))
	if options.Flags {
		var flags []imap.Flag
		for f := range p.flags {
			flags = append(flags, imap.Flag(f))
		}
		w.WriteFlags(flags)
	}
	if options.InternalDate {
		w.WriteInternalDate(p.date)
	}
	if options.RFC822Size {
		w.WriteRFC822Size(int64(len(p.raw)))
	}
	for _, b := range options.BodySection {
		part := section(p.raw, b)
		lit := w.WriteBodySection(b, int64(len(part)))
		if _, err := lit.Write(part); err != nil {
			return err
		}
		if err := lit.Close(); err != nil {
			return err
		}
	}
	return w.Close()
}

// section cuts the bytes themselves wherever no parsing is asked for.
func section(raw []byte, b *imap.FetchItemBodySection) []byte {
	plain := len(b.Part) == 0 && len(b.HeaderFields) == 0 && len(b.HeaderFieldsNot) == 0
	if !plain {
		return imapserver.ExtractBodySection(bytes.NewReader(raw), b)
	}
	part := raw
	head := len(raw)
	if i := bytes.Index(raw, []byte("\r\n\r\n")); i >= 0 {
		head = i + 4
	}
	switch b.Specifier {
	case imap.PartSpecifierHeader:
		part = raw[:head]
	case imap.PartSpecifierText:
		part = raw[head:]
	}
	if b.Partial == nil {
		return part
	}
	from := min(max(b.Partial.Offset, 0), int64(len(part)))
	to := min(from+max(b.Partial.Size, 0), int64(len(part)))
	return part[from:to]
}

func (s *session) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	var seqs imap.SeqSet
	var uids imap.UIDSet
	for _, p := range s.pick(imap.SeqSet{{Start: 1, Stop: 0}}) {
		if s.matches(p, criteria) {
			seqs.AddNum(p.seq)
			uids.AddNum(imap.UID(p.uid))
		}
	}
	if kind == imapserver.NumKindUID {
		return &imap.SearchData{All: uids}, nil
	}
	return &imap.SearchData{All: seqs}, nil
}

// matches knows the keys a mail program of this kind asks for: sets, dates,
// flags and header fields. Others match everything.
func (s *session) matches(p picked, c *imap.SearchCriteria) bool {
	for _, set := range c.SeqNum {
		if !s.contains(set, p.seq, p.uid) {
			return false
		}
	}
	for _, set := range c.UID {
		if !s.contains(set, p.seq, p.uid) {
			return false
		}
	}
	// RFC 3501 §6.4.4: the day alone counts, whatever the zone.
	day := time.Date(p.date.Year(), p.date.Month(), p.date.Day(), 0, 0, 0, 0, time.UTC)
	if !c.Since.IsZero() && day.Before(c.Since) || !c.Before.IsZero() && !day.Before(c.Before) {
		return false
	}
	for _, f := range c.Flag {
		if !p.flags[strings.ToLower(string(f))] {
			return false
		}
	}
	for _, f := range c.NotFlag {
		if p.flags[strings.ToLower(string(f))] {
			return false
		}
	}
	head := bytes.ToLower(section(p.raw, &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader}))
	for _, h := range c.Header {
		if !bytes.Contains(head, []byte(strings.ToLower(h.Key)+":")) || !bytes.Contains(head, []byte(strings.ToLower(h.Value))) {
			return false
		}
	}
	return true
}
