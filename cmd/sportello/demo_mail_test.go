package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

// demoDays are nows at which a demo of careless arithmetic goes wrong.
var demoDays = map[string]string{
	"Tuesday at work":       "2026-11-24T10:30:00+01:00",
	"Sunday night":          "2026-11-22T23:40:00+01:00",
	"Monday before opening": "2026-11-23T07:10:00+01:00",
	"New Year's Eve":        "2026-12-31T23:58:00+01:00",
	"New Year":              "2027-01-01T00:10:00+01:00",
	"first of September":    "2026-09-01T09:05:00+02:00",
	"middle of August":      "2026-08-14T12:00:00+02:00",
	"clocks go back":        "2026-10-25T02:30:00+01:00",
	"clocks go forward":     "2027-03-28T03:10:00+02:00",
	"Easter Monday":         "2027-03-29T16:00:00+02:00",
}

func onDemoDays(t *testing.T, f func(t *testing.T, now time.Time)) {
	for name, s := range demoDays {
		now, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { f(t, now) })
	}
}

func mustDemoMails(t *testing.T, now time.Time) []demoMail {
	t.Helper()
	list, err := demoMails(now)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestDemoMailsReadAndLieInThePast(t *testing.T) {
	onDemoDays(t, func(t *testing.T, now time.Time) {
		list := mustDemoMails(t, now)
		before := 0
		for _, m := range list {
			if m.After == 0 {
				before++
			}
			if m.Age < 0 || m.After == 0 && m.Age < time.Minute {
				t.Errorf("%s: age %v", m.Key, m.Age)
			}
			if m.Key == "illeggibile" {
				continue
			}
			msg, err := mail.ReadMessage(m.Open())
			if err != nil {
				t.Errorf("%s: %v", m.Key, err)
				continue
			}
			date, err := msg.Header.Date()
			if err != nil {
				t.Errorf("%s: date: %v", m.Key, err)
			}
			if arrived := now.Add(-m.Age); date.Sub(arrived).Abs() > time.Minute {
				t.Errorf("%s: dated %v, arrived %v", m.Key, date, arrived)
			}
			if m.Key != "enorme" {
				checkParts(t, m.Key, msg.Header.Get("Content-Type"), msg.Body)
			}
		}
		if before < 40 {
			t.Errorf("%d messages lie in the mailboxes, want at least 40", before)
		}
	})
}

// checkParts reads a body to the end with another reader than ours.
func checkParts(t *testing.T, key, contentType string, body io.Reader) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Errorf("%s: %q: %v", key, contentType, err)
		return
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return
	}
	r := multipart.NewReader(body, params["boundary"])
	n := 0
	for ; ; n++ {
		p, err := r.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Errorf("%s: part %d of %s: %v", key, n, kind, err)
			return
		}
		if p.FileName() == "" && strings.Contains(p.Header.Get("Content-Disposition"), "filename") {
			t.Errorf("%s: unreadable file name in %q", key, p.Header.Get("Content-Disposition"))
		}
		inner := p.Header.Get("Content-Type")
		if strings.HasPrefix(inner, "message/rfc822") {
			msg, err := mail.ReadMessage(p)
			if err != nil {
				t.Errorf("%s: inner message: %v", key, err)
				return
			}
			checkParts(t, key+"/postacert", msg.Header.Get("Content-Type"), msg.Body)
			continue
		}
		checkParts(t, key, inner, p)
	}
	if n == 0 {
		t.Errorf("%s: empty %s", key, kind)
	}
}

func TestDemoMailsKeepTheHeadersShort(t *testing.T) {
	for _, m := range mustDemoMails(t, time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)) {
		if m.Key == "illeggibile" || m.Raw == nil {
			continue
		}
		head, _, _ := bytes.Cut(m.Raw, []byte("\r\n\r\n"))
		for line := range bytes.SplitSeq(head, []byte("\r\n")) {
			if len(line) > 200 || bytes.IndexFunc(line, func(r rune) bool { return r > 126 }) >= 0 {
				t.Errorf("%s: header line %q", m.Key, line)
			}
		}
		if i := bytes.IndexByte(bytes.ReplaceAll(m.Raw, []byte("\r\n"), nil), '\n'); i >= 0 {
			t.Errorf("%s: bare line feed", m.Key)
		}
		for _, foreign := range bytes.Fields(m.Raw) {
			if at := bytes.IndexByte(foreign, '@'); at > 0 && bytes.HasSuffix(foreign, []byte(".it>")) {
				t.Errorf("%s: address outside .example: %s", m.Key, foreign)
			}
		}
	}
}

func TestDemoStories(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	byKey := map[string]demoMail{}
	states := map[helpdesk.State]int{}
	for _, m := range mustDemoMails(t, now) {
		if byKey[m.Key].Key != "" {
			t.Errorf("two mails %q", m.Key)
		}
		byKey[m.Key] = m
		if m.Opens && m.After == 0 {
			states[m.State]++
		}
		if _, ok := staffByKey(m.Owner); m.Owner != "" && !ok {
			t.Errorf("%s: nobody is called %q", m.Key, m.Owner)
		}
		if m.State == helpdesk.StateAnswered && m.Answer == "" {
			t.Errorf("%s: answered without an answer", m.Key)
		}
	}
	for state, most := range demoStanding {
		if states[state] > most {
			t.Errorf("%d of the present mail are %s, of %d in all", states[state], state, most)
		}
	}
	pec, copy := byKey["valcerva-pec"], byKey["valcerva-cortesia"]
	if pec.Age-copy.Age != 10*time.Minute || copy.Opens || pec.Box == copy.Box {
		t.Errorf("courtesy copy: %v after, opens %v", pec.Age-copy.Age, copy.Opens)
	}
	for _, key := range []string{"valcerva-pec", "pieve-revoca", "cascinetta", "vallescura", "live-pec"} {
		for _, part := range []string{"X-Trasporto: posta-certificata", "daticert.xml", "postacert.eml", "smime.p7s"} {
			if !bytes.Contains(byKey[key].Raw, []byte(part)) {
				t.Errorf("%s: no %s", key, part)
			}
		}
	}
	if m := byKey["cascinetta"]; m.Box != demoBox || !bytes.Contains(m.Raw, []byte("Reply-To: "+demoPECOnly)) {
		t.Error("cascinetta: its answer would not be refused")
	}
	if m := byKey["live-pec"]; m.After != 20*time.Second {
		t.Errorf("live PEC after %v", m.After)
	}
}

func TestHugeDemoMailIsMadeOnlyWhenRead(t *testing.T) {
	for _, m := range mustDemoMails(t, time.Now()) {
		if m.Key != "enorme" {
			continue
		}
		n, err := io.Copy(io.Discard, m.Open())
		if err != nil || n != m.Size() || n < 60<<20 || n > 61<<20 {
			t.Errorf("read %d bytes of %d, %v", n, m.Size(), err)
		}
		if held := len(m.Raw) + len(m.head) + len(m.tail) + len(m.middle.line); held > 1<<16 {
			t.Errorf("holds %d bytes", held)
		}
		return
	}
	t.Error("no huge mail")
}

func TestBrokenDemoMailIsBroken(t *testing.T) {
	raw := brokenMessage(time.Now())
	if _, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		t.Error("it can be read")
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		t.Error("real IMAP servers refuse NUL")
	}
}

func TestDemoFilesOpen(t *testing.T) {
	for kind, check := range map[string]func([]byte) error{
		"png": func(b []byte) error { _, err := png.Decode(bytes.NewReader(b)); return err },
		"pdf": func(b []byte) error {
			return errIf(!bytes.HasPrefix(b, []byte("%PDF-1.4")) || !bytes.HasSuffix(b, []byte("%%EOF\n")))
		},
		"xlsx":      zipHolds("xl/worksheets/sheet1.xml"),
		"docx":      zipHolds("word/document.xml"),
		"p7m":       func(b []byte) error { return errIf(b[0] != 0x30 || !bytes.Contains(b, []byte("%PDF-1.4"))) },
		"segnatura": func(b []byte) error { return errIf(!bytes.Contains(b, []byte("<Segnatura"))) },
	} {
		f, err := demoAttachment(demoDraft{From: mail.Address{Name: "Ada Prova"}, At: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)}, "nome", kind, "Perché «no»? (prova)")
		if err != nil {
			t.Fatal(err)
		}
		if err := check(f.Data); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func errIf(bad bool) error {
	if bad {
		return errors.New("not what its name says")
	}
	return nil
}

func zipHolds(name string) func([]byte) error {
	return func(b []byte) error {
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return err
		}
		f, err := z.Open(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, f)
		return err
	}
}

func TestContinuedFileName(t *testing.T) {
	for _, name := range []string{"Città.pdf", "Perizia di variante n° 2 – città di Dossello, più allegati.pdf", strings.Repeat("è", 90)} {
		_, params, err := mime.ParseMediaType("attachment" + strings.ReplaceAll(continued(name), "\r\n", ""))
		if err != nil || params["filename"] != name {
			t.Errorf("%q came back as %q, %v", name, params["filename"], err)
		}
	}
}

func Example_lastWorking() {
	office, _ := theDemoOffice()
	sunday := time.Date(2026, 11, 22, 23, 40, 0, 0, office.rome)
	at, _ := office.lastWorking(sunday, "09:12")
	fmt.Println(at.Format("Mon 2 15:04"))
	// Output: Fri 20 09:12
}
