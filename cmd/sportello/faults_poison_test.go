package main

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
	"sportello/mailbox/loopback"
)

// allergicReader breaks its promise and panics on some messages, until it is
// mended.
type allergicReader struct {
	mailbox.Reader
	mended atomic.Bool
	tries  atomic.Int64
}

func (r *allergicReader) Read(raw []byte, stub bool) helpdesk.Incoming {
	if bytes.Contains(raw, []byte("veleno")) {
		if r.tries.Add(1); !r.mended.Load() {
			panic("index out of range")
		}
	}
	return r.Reader.Read(raw, stub)
}

// TestPoisonMessages: a message on which the reader fails, wherever it stands
// among others, is tried three times, stands in quarantine with its bytes, holds
// nobody up, and becomes a ticket once the reader is mended.
func TestPoisonMessages(t *testing.T) {
	for _, v := range []struct {
		name  string
		order []string
	}{
		{"first", []string{"veleno-1", "uno", "due", "tre"}},
		{"in the middle", []string{"uno", "veleno-1", "due", "tre"}},
		{"last", []string{"uno", "due", "tre", "veleno-1"}},
		{"many at once", []string{"veleno-1", "uno", "veleno-2", "veleno-3", "due", "veleno-4", "tre"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			simulate(t, "now", loopback.SMTPOptions{}, func(s *simDesk) { s.poisoned(v.order) })
		})
	}
}

func (s *simDesk) poisoned(order []string) {
	reader := &allergicReader{}
	s.reader = reader
	s.start()
	poison := 0
	for _, id := range order {
		s.ask(id)
		if strings.HasPrefix(id, "veleno") {
			poison++
		}
	}
	healthy := []string{"Quesito uno", "Quesito due", "Quesito tre"}
	s.within(time.Minute, "the others are tickets", func() bool { return len(s.received()) == len(healthy) })
	if got := s.received(); !slices.Equal(got, healthy) {
		s.t.Errorf("taken in: %q", got)
	}
	s.within(2*time.Minute, "what cannot be read is parked", func() bool { return s.status().Parked == poison })
	s.pass(time.Hour)
	if n := reader.tries.Load(); n != int64(3*poison) {
		s.t.Errorf("%d tries for %d messages", n, poison)
	}
	if ok, says := s.ready(); !ok {
		s.t.Errorf("one message in quarantine is no fault of the program: %s", says)
	}
	page := s.page("/posta/quarantena")
	if n := strings.Count(page, "la lettura non è riuscita; per chi cura il programma: reader panicked: index out of range"); n != poison || !strings.Contains(page, "3 tentativi") {
		s.t.Errorf("quarantine shows %d of %d:\n%s", n, poison, page)
	}
	link := regexp.MustCompile(`/posta/arrivata/\d+/eml`).FindString(page)
	if eml := s.page(link); !strings.Contains(eml, "Testo del quesito veleno") {
		s.t.Errorf("not the bytes that came:\n%s", eml)
	}
	if out := s.must("", "verify", "-offline"); !strings.Contains(out, strconv.Itoa(poison)+" in quarantena") {
		s.t.Errorf("verify does not speak of it:\n%s", out)
	}
	reader.mended.Store(true)
	for s.status().Parked > 0 {
		before := s.status().Parked
		s.press("/posta/quarantena", "riprova")
		s.within(time.Minute, "it is read again", func() bool { return s.status().Parked == before-1 && s.status().OldestPending.IsZero() })
	}
	if got := s.received(); len(got) != len(order) {
		s.t.Errorf("taken in: %q", got)
	}
	if page := s.page("/posta/quarantena"); !strings.Contains(page, "Quarantena vuota") {
		s.t.Error("the quarantine is not empty")
	}
	s.verified()
}
