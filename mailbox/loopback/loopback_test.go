package loopback

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const letter = "From: a@comune.example\r\nSubject: prova\r\nbroken header line\r\n\r\nciao\r\n.punto\r\n"

func openIMAP(t *testing.T, opts IMAPOptions) (*IMAP, *imapclient.Client) {
	t.Helper()
	s := NewIMAP(opts)
	s.AddUser("desk", "secret")
	ln, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(ln)
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	t.Cleanup(func() { c.Close(); s.Close() })
	if err := c.Login("desk", "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	return s, c
}

func body(t *testing.T, c *imapclient.Client, set imap.NumSet, b *imap.FetchItemBodySection) []byte {
	t.Helper()
	got, err := c.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{b}}).Collect()
	if err != nil || len(got) != 1 || len(got[0].BodySection) != 1 {
		t.Fatalf("fetch %v: %v, %v", set, got, err)
	}
	return got[0].BodySection[0].Bytes
}

func TestIMAPServesTheBytesItWasGiven(t *testing.T) {
	s, c := openIMAP(t, IMAPOptions{})
	date := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	uid, err := s.Deliver("desk", "INBOX", []byte(letter), date)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("inbox", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		t.Fatal(err)
	}
	set := imap.UIDSetNum(imap.UID(uid))
	if got := body(t, c, set, &imap.FetchItemBodySection{Peek: true}); string(got) != letter {
		t.Errorf("BODY[] = %q", got)
	}
	head, _, _ := strings.Cut(letter, "ciao")
	if got := body(t, c, set, &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader}); string(got) != head {
		t.Errorf("BODY[HEADER] = %q", got)
	}
	part := &imap.SectionPartial{Offset: 4, Size: 6}
	if got := body(t, c, set, &imap.FetchItemBodySection{Peek: true, Partial: part}); string(got) != letter[4:10] {
		t.Errorf("BODY[]<4.6> = %q", got)
	}
	if err := c.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close(); err == nil {
		t.Error("STORE passed in a folder opened read-only")
	}
	list, err := s.Messages("desk", "INBOX")
	if err != nil || len(list) != 1 || len(list[0].Flags) != 0 || !list[0].InternalDate.Equal(date) {
		t.Errorf("snapshot = %+v, %v", list, err)
	}
}

func TestIMAPMovesAndRenumbers(t *testing.T) {
	s, c := openIMAP(t, IMAPOptions{})
	for range 3 {
		if _, err := s.Deliver("desk", "INBOX", []byte(letter), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Create("fatti", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Move(imap.UIDSetNum(1), "fatti").Wait(); err != nil {
		t.Fatal(err)
	}
	if moved, _ := s.Messages("desk", "fatti"); len(moved) != 1 {
		t.Errorf("%d messages in the target", len(moved))
	}
	if err := s.ChangeUIDValidity("desk", "INBOX", 77); err != nil {
		t.Fatal(err)
	}
	data, err := c.Select("INBOX", nil).Wait()
	if err != nil || data.UIDValidity != 77 || data.UIDNext != 3 || data.NumMessages != 2 {
		t.Fatalf("after the change: %+v, %v", data, err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 9, Stop: 0}}}}, nil).Wait()
	if err != nil || !slices.Equal(found.AllUIDs(), []imap.UID{2}) {
		t.Errorf("UID SEARCH 9:* = %v, %v: the last message belongs to it", found.AllUIDs(), err)
	}
}

func dialSMTP(t *testing.T, s *SMTP) *smtp.Client {
	t.Helper()
	ln, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(ln)
	c, err := smtp.Dial(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); s.Close() })
	return c
}

func TestSMTPRecordsWhatItTakes(t *testing.T) {
	s := NewSMTP(SMTPOptions{MaxBytes: 1000, Users: map[string]string{"desk": "secret"}})
	c := dialSMTP(t, s)
	if size, ok := c.MaxMessageSize(); !ok || size != 1000 {
		t.Errorf("SIZE = %d, %v", size, ok)
	}
	if err := c.Mail("desk@ente.example", nil); err == nil {
		t.Error("MAIL passed without AUTH")
	}
	if err := c.Auth(sasl.NewPlainClient("", "desk", "secret")); err != nil {
		t.Fatal(err)
	}
	if err := c.SendMail("desk@ente.example", []string{"a@comune.example"}, strings.NewReader(letter)); err != nil {
		t.Fatal(err)
	}
	taken := s.Taken()
	if len(taken) != 1 || taken[0].User != "desk" || taken[0].From != "desk@ente.example" ||
		!slices.Equal(taken[0].To, []string{"a@comune.example"}) || !bytes.Equal(taken[0].Data, []byte(letter)) {
		t.Errorf("taken = %+v", taken)
	}
}

func TestSMTPFollowsItsScript(t *testing.T) {
	s := NewSMTP(SMTPOptions{Script: func(verb, arg string) Reply {
		switch {
		case verb == VerbRcpt && arg == "full@comune.example":
			return Reply{Code: 452, Text: "mailbox full"}
		case verb == VerbDot:
			return Reply{Drop: true, Keep: true}
		}
		return Reply{}
	}})
	c := dialSMTP(t, s)
	var refused *smtp.SMTPError
	if err := c.SendMail("d@ente.example", []string{"full@comune.example"}, strings.NewReader(letter)); !errors.As(err, &refused) || refused.Code != 452 {
		t.Errorf("RCPT: %v", err)
	}
	if err := c.SendMail("d@ente.example", []string{"ok@comune.example"}, strings.NewReader(letter)); err == nil || errors.As(err, &refused) && refused.Code == 250 {
		t.Errorf("the cut after the dot went unseen: %v", err)
	}
	if n := len(s.Taken()); n != 1 {
		t.Errorf("%d messages taken, want the one whose answer was lost", n)
	}
}

func TestScriptedCutsAndStaysSilent(t *testing.T) {
	s := NewScripted("* OK hello\r\n",
		Rule{Match: "^[^ ]+ noop", Say: "{tag} OK one\r\n", Times: 1},
		Rule{Match: "^[^ ]+ noop", Say: "{tag} OK two\r\n", Hangup: true})
	ln := Pipe()
	go s.Serve(ln)
	defer s.Close()
	conn, err := ln.DialContext(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		var all bytes.Buffer
		all.ReadFrom(conn)
		got <- all.String()
	}()
	for _, line := range []string{"a noop\r\n", "b what\r\n", "c noop\r\n"} {
		if _, err := conn.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	want := "* OK hello\r\na OK one\r\nb BAD not in the script\r\nc OK two\r\n"
	if text := <-got; text != want {
		t.Errorf("said %q", text)
	}
}
