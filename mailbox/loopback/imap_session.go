package loopback

import (
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// session is one client's connection. imapserver calls it from one goroutine,
// except that Idle runs beside the reading of DONE.
type session struct {
	server   *IMAP
	account  *account
	folder   *folder
	tracker  *imapserver.SessionTracker
	readOnly bool
}

var _ imapserver.SessionMove = (*session)(nil)

func refuse(code imap.ResponseCode, text string) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: text}
}

// Close leaves the fields alone: imapserver does not wait for Idle when the
// client is gone.
func (s *session) Close() error {
	if s.tracker != nil {
		s.tracker.Close()
	}
	return nil
}

func (s *session) Login(name, password string) error {
	u, err := s.server.login(name, password)
	if err != nil {
		return err
	}
	s.account = u
	return nil
}

func (s *session) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	f := s.account.folders[canonicalFolder(name)]
	if f == nil {
		return nil, refuse(imap.ResponseCodeNonExistent, "No such mailbox")
	}
	s.folder, s.tracker, s.readOnly = f, f.tracker.NewSession(), options.ReadOnly
	return &imap.SelectData{
		NumMessages:    uint32(len(f.messages)),
		UIDNext:        imap.UID(f.uidNext),
		UIDValidity:    f.validity,
		Flags:          []imap.Flag{imap.FlagSeen, imap.FlagDeleted, imap.FlagAnswered, imap.FlagFlagged},
		PermanentFlags: []imap.Flag{imap.FlagWildcard},
	}, nil
}

func (s *session) Unselect() error {
	s.tracker.Close()
	s.folder, s.tracker = nil, nil
	return nil
}

func (s *session) Create(name string, _ *imap.CreateOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.account.folders[name] != nil {
		return refuse(imap.ResponseCodeAlreadyExists, "Mailbox already exists")
	}
	s.account.folders[name] = newFolder(name, 1)
	return nil
}

func (s *session) Delete(name string) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	delete(s.account.folders, name)
	return nil
}

func (s *session) Rename(old, name string, _ *imap.RenameOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	f := s.account.folders[old]
	if f == nil {
		return refuse(imap.ResponseCodeNonExistent, "No such mailbox")
	}
	delete(s.account.folders, old)
	f.name = name
	s.account.folders[name] = f
	return nil
}

func (s *session) Subscribe(string) error   { return nil }
func (s *session) Unsubscribe(string) error { return nil }

func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, _ *imap.ListOptions) error {
	s.server.mu.Lock()
	names := slices.Sorted(maps.Keys(s.account.folders))
	s.server.mu.Unlock()
	for _, name := range names {
		if !slices.ContainsFunc(patterns, func(p string) bool { return imapserver.MatchList(name, '/', ref, p) }) {
			continue
		}
		if err := w.WriteList(&imap.ListData{Mailbox: name, Delim: '/'}); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) Status(name string, _ *imap.StatusOptions) (*imap.StatusData, error) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	f := s.account.folders[canonicalFolder(name)]
	if f == nil {
		return nil, refuse(imap.ResponseCodeNonExistent, "No such mailbox")
	}
	n := uint32(len(f.messages))
	return &imap.StatusData{Mailbox: name, NumMessages: &n, UIDNext: imap.UID(f.uidNext), UIDValidity: f.validity}, nil
}

func (s *session) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	date := options.Time
	if date.IsZero() {
		date = time.Now()
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	f := s.account.folders[canonicalFolder(name)]
	if f == nil {
		return nil, refuse(imap.ResponseCodeTryCreate, "No such mailbox")
	}
	uid := f.append(raw, date, flagSet(options.Flags))
	return &imap.AppendData{UIDValidity: f.validity, UID: imap.UID(uid)}, nil
}

func (s *session) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.tracker == nil {
		return nil
	}
	return s.tracker.Poll(w, allowExpunge)
}

func (s *session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	if s.tracker == nil {
		<-stop
		return nil
	}
	return s.tracker.Idle(w, stop)
}

func (s *session) Expunge(_ *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.readOnly {
		return refuse("", "Mailbox is read-only")
	}
	s.folder.remove(func(m *message) bool {
		return m.flags[`\deleted`] && (uids == nil || uids.Contains(imap.UID(m.uid)))
	})
	return nil
}

func (s *session) Store(w *imapserver.FetchWriter, set imap.NumSet, flags *imap.StoreFlags, _ *imap.StoreOptions) error {
	s.server.mu.Lock()
	if s.readOnly {
		s.server.mu.Unlock()
		return refuse("", "Mailbox is read-only")
	}
	for _, p := range s.pick(set) {
		if flags.Op == imap.StoreFlagsSet {
			clear(p.flags)
		}
		for f := range flagSet(flags.Flags) {
			if flags.Op == imap.StoreFlagsDel {
				delete(p.flags, f)
			} else {
				p.flags[f] = true
			}
		}
	}
	s.server.mu.Unlock()
	if flags.Silent {
		return nil
	}
	return s.Fetch(w, set, &imap.FetchOptions{Flags: true})
}

func (s *session) Copy(set imap.NumSet, dest string) (*imap.CopyData, error) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	return s.copy(set, dest)
}

func (s *session) copy(set imap.NumSet, dest string) (*imap.CopyData, error) {
	f := s.account.folders[canonicalFolder(dest)]
	if f == nil {
		return nil, refuse(imap.ResponseCodeTryCreate, "No such mailbox")
	}
	data := &imap.CopyData{UIDValidity: f.validity}
	for _, p := range s.pick(set) {
		data.SourceUIDs.AddNum(imap.UID(p.uid))
		data.DestUIDs.AddNum(imap.UID(f.append(p.raw, p.date, p.flags)))
	}
	return data, nil
}

// Move copies and expunges in one step; the client learns of the expunge from
// the poll that follows every command.
func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, dest string) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.readOnly {
		return refuse("", "Mailbox is read-only")
	}
	data, err := s.copy(set, dest)
	if err != nil {
		return err
	}
	s.folder.remove(func(m *message) bool { return data.SourceUIDs.Contains(imap.UID(m.uid)) })
	return w.WriteCopyData(data)
}

func flagSet(flags []imap.Flag) map[string]bool {
	set := make(map[string]bool, len(flags))
	for _, f := range flags {
		set[strings.ToLower(string(f))] = true
	}
	return set
}
