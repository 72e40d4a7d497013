package loopback

import (
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// ErrNoUser is returned for a user that AddUser did not create.
var ErrNoUser = errors.New("no such user")

// IMAPOptions shapes an IMAP server. The zero value announces IMAP4rev1, IDLE,
// UIDPLUS and MOVE and takes passwords without TLS.
type IMAPOptions struct {
	// Without lists capabilities to leave out, such as imap.CapMove.
	Without []imap.Cap
	// TLS offers STARTTLS and then refuses passwords in the clear.
	TLS *tls.Config
}

// IMAP is a mail store in memory, read over IMAP.
type IMAP struct {
	server *imapserver.Server
	caps   imap.CapSet

	mu    sync.Mutex
	users map[string]*account
}

// Message is one message of a folder as a test or the demo sees it.
type Message struct {
	UID          uint32
	InternalDate time.Time
	Flags        []string // lower case, sorted
	Raw          []byte   // exactly as delivered
}

type account struct {
	password string
	folders  map[string]*folder
}

// folder is guarded by IMAP.mu.
type folder struct {
	name     string
	validity uint32
	uidNext  uint32
	messages []*message
	tracker  *imapserver.MailboxTracker
}

type message struct {
	uid   uint32
	date  time.Time
	raw   []byte
	flags map[string]bool // lower case
}

// NewIMAP returns a server without users; Serve opens it to clients.
func NewIMAP(opts IMAPOptions) *IMAP {
	s := &IMAP{
		users: map[string]*account{},
		caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapIdle: {}, imap.CapUIDPlus: {}, imap.CapMove: {},
		},
	}
	for _, c := range opts.Without {
		delete(s.caps, c)
	}
	s.server = imapserver.New(&imapserver.Options{
		Caps:         s.caps,
		TLSConfig:    opts.TLS,
		InsecureAuth: opts.TLS == nil,
		Logger:       log.New(io.Discard, "", 0),
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{server: s}, nil, nil
		},
	})
	return s
}

// Serve accepts clients until Close; it blocks.
func (s *IMAP) Serve(ln net.Listener) error { return s.server.Serve(ln) }

// Close ends all listeners and connections.
func (s *IMAP) Close() error { return s.server.Close() }

// AddUser creates a user with an empty INBOX, or changes the password of an
// existing one.
func (s *IMAP) AddUser(name, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[name]; u != nil {
		u.password = password
		return
	}
	s.users[name] = &account{password: password, folders: map[string]*folder{"INBOX": newFolder("INBOX", 1)}}
}

func newFolder(name string, validity uint32) *folder {
	return &folder{name: name, validity: validity, uidNext: 1, tracker: imapserver.NewMailboxTracker(0)}
}

// folder finds or makes a folder; s.mu is held.
func (s *IMAP) folder(user, name string) (*folder, error) {
	u := s.users[user]
	if u == nil {
		return nil, fmt.Errorf("loopback: user %q: %w", user, ErrNoUser)
	}
	f := u.folders[name]
	if f == nil {
		f = newFolder(name, 1)
		u.folders[name] = f
	}
	return f, nil
}

// Deliver appends a message to a folder, making the folder if need be, and
// returns its UID. Connected clients are told.
func (s *IMAP) Deliver(user, folder string, raw []byte, internalDate time.Time) (uint32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.folder(user, folder)
	if err != nil {
		return 0, err
	}
	return f.append(raw, internalDate, nil), nil
}

func (f *folder) append(raw []byte, date time.Time, flags map[string]bool) uint32 {
	m := &message{uid: f.uidNext, date: date, raw: raw, flags: maps.Clone(flags)}
	if m.flags == nil {
		m.flags = map[string]bool{}
	}
	f.uidNext++
	f.messages = append(f.messages, m)
	f.tracker.QueueNumMessages(uint32(len(f.messages)))
	return m.uid
}

// Messages is a snapshot of a folder in UID order.
func (s *IMAP) Messages(user, folder string) ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.folder(user, folder)
	if err != nil {
		return nil, err
	}
	list := make([]Message, 0, len(f.messages))
	for _, m := range f.messages {
		list = append(list, Message{
			UID: m.uid, InternalDate: m.date, Raw: m.raw,
			Flags: slices.Sorted(maps.Keys(m.flags)),
		})
	}
	return list, nil
}

// Remove expunges messages the way another client would: at once.
func (s *IMAP) Remove(user, folder string, uids ...uint32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.folder(user, folder)
	if err != nil {
		return err
	}
	f.remove(func(m *message) bool { return slices.Contains(uids, m.uid) })
	return nil
}

func (f *folder) remove(gone func(*message) bool) {
	for i := len(f.messages) - 1; i >= 0; i-- {
		if gone(f.messages[i]) {
			f.messages = slices.Delete(f.messages, i, i+1)
			f.tracker.QueueExpunge(uint32(i + 1))
		}
	}
}

// ChangeUIDValidity renumbers a folder from UID 1 under a new UIDVALIDITY, as
// a restored or rebuilt server does. Sessions that have it open keep the old
// folder until they select it again.
func (s *IMAP) ChangeUIDValidity(user, folder string, validity uint32) error {
	return s.renumber(user, folder, validity, nil)
}

// Renumber gives a folder's messages new UIDs without saying so (the
// UIDVALIDITY stays), which RFC 3501 forbids and servers do. order lists the
// present UIDs in their new order; those it leaves out disappear.
func (s *IMAP) Renumber(user, folder string, order ...uint32) error {
	return s.renumber(user, folder, 0, order)
}

func (s *IMAP) renumber(user, name string, validity uint32, order []uint32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.folder(user, name)
	if err != nil {
		return err
	}
	if validity == 0 {
		validity = old.validity
	}
	f := newFolder(name, validity)
	for i, m := range old.messages {
		if order != nil {
			if i >= len(order) {
				break
			}
			at := slices.IndexFunc(old.messages, func(m *message) bool { return m.uid == order[i] })
			if at < 0 {
				return fmt.Errorf("loopback: renumber: no UID %d", order[i])
			}
			m = old.messages[at]
		}
		f.append(m.raw, m.date, m.flags)
	}
	s.users[user].folders[name] = f
	return nil
}

// Login checks a name and password as the LOGIN command does.
func (s *IMAP) login(name, password string) (*account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[name]
	if u == nil || subtle.ConstantTimeCompare([]byte(u.password), []byte(password)) != 1 {
		return nil, imapserver.ErrAuthFailed
	}
	return u, nil
}

// canonicalFolder folds the one name that is case-insensitive (RFC 3501 §5.1).
func canonicalFolder(name string) string {
	if strings.EqualFold(name, "INBOX") {
		return "INBOX"
	}
	return name
}
