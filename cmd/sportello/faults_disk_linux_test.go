package main

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
	"sportello/mailbox/loopback"
	"sportello/store"
)

// onSmallDisk puts the data of the desk on a disk of some megabytes.
func (s *simDesk) onSmallDisk(megabytes string) {
	s.t.Helper()
	if os.Getuid() != 0 {
		s.t.Skip("only root can mount a small disk")
	}
	err := syscall.Mount("tmpfs", s.dir, "tmpfs", 0, "size="+megabytes+"m")
	need(s.t, err == nil, "a small disk cannot be mounted")
	dir := s.dir
	s.t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	s.addExpert()
}

// fill leaves so many bytes free on the disk of the data.
func (s *simDesk) fill(leave int64) {
	s.t.Helper()
	f, err := os.OpenFile(s.ballast(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for {
		free, _, err := store.FreeSpace(s.dir)
		if err != nil {
			s.t.Fatal(err)
		}
		if free <= leave {
			return
		}
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *simDesk) ballast() string { return filepath.Join(s.dir, "ballast") }

// free gives the space back.
func (s *simDesk) free() {
	s.t.Helper()
	if err := os.Remove(s.ballast()); err != nil {
		s.t.Fatal(err)
	}
}

const saysDisk = "Lo spazio su disco"

// wantStopped: people and the supervisor are told, and the pages can be read.
func (s *simDesk) wantStopped() {
	s.t.Helper()
	s.within(2*time.Minute, "/readyz tells", func() bool {
		ok, says := s.ready()
		return !ok && strings.Contains(says, saysDisk)
	})
	for _, path := range []string{"/quesiti", "/posta/uscita", "/posta/quarantena"} {
		if page := s.page(path); !strings.Contains(page, "fascia-") || !strings.Contains(page, saysDisk) {
			s.t.Errorf("no banner on %s", path)
		}
	}
}

// wantResumed: within a minute of the space coming back n messages are there.
func (s *simDesk) wantResumed(n int) {
	s.t.Helper()
	s.within(time.Minute, "intake goes on", func() bool { return len(s.received()) == n })
	s.within(2*time.Minute, "/readyz is well again", func() bool { ok, _ := s.ready(); return ok })
	if page := s.page("/quesiti"); strings.Contains(page, saysDisk) {
		s.t.Error("the banner stays")
	}
	if v := s.status(); v.Parked != 0 {
		s.t.Errorf("%d messages are parked for want of space", v.Parked)
	}
}

// TestDiskNearlyFull: below the low-water mark no mail is taken in, and people
// can still work.
func TestDiskNearlyFull(t *testing.T) {
	simulate(t, "now", loopback.SMTPOptions{}, func(s *simDesk) {
		s.onSmallDisk("40")
		s.start()
		s.ask("prima")
		s.within(2*time.Minute, "the first is there", func() bool { return len(s.received()) == 1 })
		s.fill(1 << 20)
		s.ask("seconda")
		s.wantStopped()
		s.signIn(expertEmail)
		s.answer("Una risposta col disco quasi pieno.")
		before := s.tries()
		s.pass(time.Hour)
		if n := s.tries() - before; n > 160 {
			s.t.Errorf("%d connections in an hour", n)
		}
		if n := len(s.received()); n != 1 {
			s.t.Errorf("%d messages are taken in below the mark", n)
		}
		s.free()
		s.wantResumed(2)
		s.end()
		s.verified()
	})
}

// TestDiskFull: with not a byte left the pages can be read; what cannot be
// saved is refused in words and not lost; all goes on when space comes back.
func TestDiskFull(t *testing.T) {
	simulate(t, "now", loopback.SMTPOptions{}, func(s *simDesk) {
		s.onSmallDisk("40")
		s.start()
		s.ask("prima")
		s.within(2*time.Minute, "the first is there", func() bool { return len(s.received()) == 1 })
		number := ticketLink.FindStringSubmatch(s.page("/quesiti?vista=aperti"))[1]
		form, err := s.browser.replyForm(number, "Una risposta lunga e pensata.")
		if err != nil {
			s.t.Fatal(err)
		}
		s.fill(0)
		s.ask("seconda")
		s.wantStopped()
		code, page, err := s.browser.post("/quesiti/"+number+"/risposte", form)
		if err != nil || code != http.StatusServiceUnavailable || !strings.Contains(page, saysDisk) || !strings.Contains(page, "Una risposta lunga e pensata.") {
			s.t.Errorf("reply on a full disk: %d, %v\n%s", code, err, page)
		}
		stranger := newBrowser(s.url)
		stranger.client.Transport = s.browser.client.Transport
		code, page, err = stranger.post("/accesso", url.Values{"email": {expertEmail}, "password": {testPassword}})
		if err != nil || code != http.StatusServiceUnavailable || !strings.Contains(page, saysDisk) {
			s.t.Errorf("log-in on a full disk: %d, %v\n%s", code, err, page)
		}
		s.pass(10 * time.Minute)
		s.wantStopped()
		s.free()
		s.wantResumed(2)
		if code, page, err := s.browser.post("/quesiti/"+number+"/risposte", form); err != nil || code != http.StatusSeeOther {
			s.t.Errorf("the same reply with space: %d, %v\n%s", code, err, page)
		}
		s.signIn(expertEmail)
		s.within(time.Minute, "the answer leaves", func() bool { return s.answers() == 1 })
		s.end()
		s.verified()
	})
}

// TestDiskFills: mail that is larger than the disk is taken in as far as it
// goes, and the rest when there is space, each once.
func TestDiskFills(t *testing.T) {
	simulate(t, "now", loopback.SMTPOptions{}, func(s *simDesk) {
		s.onSmallDisk("40")
		s.start()
		s.fill(6 << 20)
		const n = 20
		for i := range n {
			id := string(rune('a'+i%26)) + string(rune('a'+i/26))
			raw := question(id, "Quesito "+id, "", strings.Repeat("Testo del quesito "+id+", lungo abbastanza.\n", 5_000))
			s.deliver(s.t, raw)
		}
		s.wantStopped()
		s.pass(10 * time.Minute)
		if got := len(s.received()); got == 0 || got == n {
			s.t.Errorf("%d of %d messages on a disk that holds some", got, n)
		}
		s.free()
		s.within(5*time.Minute, "all are there", func() bool { return len(s.received()) == n })
		s.wantResumed(n)
		s.end()
		s.verified()
	})
}

// fillingReader takes the last of the disk while it reads.
type fillingReader struct {
	mailbox.Reader
	fill func()
}

func (r fillingReader) Read(raw []byte, stub bool) helpdesk.Incoming {
	r.fill()
	return r.Reader.Read(raw, stub)
}

// TestDiskFullWhileReading: what is kept and cannot be filed for want of space
// waits, and is no poison message.
func TestDiskFullWhileReading(t *testing.T) {
	simulate(t, "now", loopback.SMTPOptions{}, func(s *simDesk) {
		s.onSmallDisk("40")
		var once sync.Once
		s.reader = fillingReader{fill: func() { once.Do(func() { s.fill(0) }) }}
		s.start()
		s.signIn(expertEmail)
		for _, id := range []string{"uno", "due", "tre"} {
			s.ask(id)
		}
		s.wantStopped()
		s.pass(10 * time.Minute)
		if n := len(s.received()); n != 0 {
			s.t.Errorf("%d messages are filed without space", n)
		}
		s.free()
		s.wantResumed(3)
		s.end()
		s.verified()
	})
}
