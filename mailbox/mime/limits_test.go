package mime

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// bombs are messages of about n bytes that make a careless reader's work grow faster than they do.
var bombs = map[string]func(n int) string{
	"nested multiparts": func(n int) string {
		var b strings.Builder
		for i := range n / 60 {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		return b.String()
	},
	"nested messages": func(n int) string { return strings.Repeat("Content-Type: message/rfc822\n\n", n/30) },
	"empty parts": func(n int) string {
		return "Content-Type: multipart/mixed; boundary=x\n\n" + strings.Repeat("--x\n", n/4)
	},
	"parts with text": func(n int) string {
		return "Content-Type: multipart/mixed; boundary=x\n\n" + strings.Repeat("--x\n\nciao\n", n/10)
	},
	"almost boundaries": func(n int) string {
		return "Content-Type: multipart/mixed; boundary=" + strings.Repeat("x", 2000) + "\n\n" + strings.Repeat("--xxxxxxxx\n", n/11)
	},
	"missing boundary":    func(n int) string { return "Content-Type: multipart/mixed\n\n" + strings.Repeat("--x\n", n/4) },
	"fields":              func(n int) string { return strings.Repeat("X-A: y\n", n/7) },
	"folds":               func(n int) string { return "Subject: x\n" + strings.Repeat(" y\n", n/3) },
	"blank folds":         func(n int) string { return "Subject: x\n" + strings.Repeat(" \nX: y\n", n/7) },
	"no empty line":       func(n int) string { return "Subject: x\n" + strings.Repeat("riga\n", n/5) },
	"senders":             func(n int) string { return strings.Repeat("From: a@b.test\n", n/15) },
	"addresses":           func(n int) string { return "To: " + strings.Repeat("a@b.test,\n ", n/11) + "\n" },
	"brackets":            func(n int) string { return "To: " + strings.Repeat("<", n) },
	"quotes":              func(n int) string { return "To: " + strings.Repeat(`"\`, n/2) },
	"comments":            func(n int) string { return "To: " + strings.Repeat("(", n) },
	"colons":              func(n int) string { return "To: " + strings.Repeat("a", n/2) + "@" + strings.Repeat(":", n/2) },
	"words never closed":  func(n int) string { return "Subject: " + strings.Repeat("=?a?Q? ", n/7) },
	"words":               func(n int) string { return "Subject: " + strings.Repeat("=?a?B?abc?= ", n/12) },
	"parameters":          func(n int) string { return "Content-Type: text/plain" + strings.Repeat("; a*0*=b", n/8) },
	"ids":                 func(n int) string { return "References: " + strings.Repeat("<a@b>", n/5) },
	"base64 paddings":     func(n int) string { return "Content-Transfer-Encoding: base64\n\n" + strings.Repeat("AA==", n/4) },
	"quoted-printable":    func(n int) string { return "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("=", n) },
	"open elements":       func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<b><i>", n/6) },
	"quotations":          func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<blockquote>x", n/13) },
	"lists":               func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<ul><li>x", n/9) },
	"links":               func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<a href=http://x>x", n/18) },
	"attributes":          func(n int) string { return "Content-Type: text/html\n\n<a " + strings.Repeat("href=x ", n/7) },
	"references to parts": func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("cid:", n/4) },
	"utf-7":               func(n int) string { return "Content-Type: text/plain; charset=utf-7\n\n" + strings.Repeat("+AA", n/3) },
}

// Whatever the shape, memory grows with the size and not faster, and what comes back keeps the limits.
func TestBombs(t *testing.T) {
	const size = 128 << 10
	for name, bomb := range bombs {
		t.Run(name, func(t *testing.T) {
			small, large := []byte(bomb(size)), []byte(bomb(4*size))
			check(t, Read(large))
			one, two := allocated(small), allocated(large)
			const fixed = 512 << 10
			if two > 8*one+fixed { // four times the size, buffers that double; a square would be sixteen
				t.Errorf("%d bytes allocated for %d, %d for %d", one, len(small), two, len(large))
			}
			if two > 40*uint64(len(large))+fixed {
				t.Errorf("%d bytes allocated for %d", two, len(large))
			}
		})
	}
}

func allocated(raw []byte) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := Read(raw)
	TextFromHTML(m.HTML())
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestLimits(t *testing.T) {
	for name, problem := range map[string]string{
		"nested multiparts": ProblemDepth, "nested messages": ProblemDepth, "parts with text": ProblemParts,
		"fields": ProblemHeaderLimit, "folds": ProblemHeaderLimit, "brackets": ProblemHeaderLimit,
	} {
		m := Read([]byte(bombs[name](400 << 10)))
		found := false
		for ; m != nil && !found; m = inside(m) {
			found = slices.Contains(m.Problems, problem)
		}
		if !found {
			t.Errorf("%s: limit not noted", name)
		}
	}
}

func inside(m *Message) *Message {
	for _, p := range m.Attachments() {
		if p.Message != nil {
			return p.Message
		}
	}
	return nil
}

// What a limit leaves out is still there, in one attachment.
func TestPartsBeyondTheLimitAreKept(t *testing.T) {
	raw := "Content-Type: multipart/mixed; boundary=x\n\n" + strings.Repeat("--x\n\nciao\n", 1500) + "--x\n\nultimo\n--x--\n"
	m := Read([]byte(raw))
	last := m.Attachments()[len(m.Attachments())-1]
	if len(m.Root.Children) != maxParts || !last.Damaged || !bytes.Contains(last.Body, []byte("ultimo")) {
		t.Errorf("%d parts, rest of %d bytes", len(m.Root.Children), len(last.Body))
	}
}

func TestBodyBehindAHugeHeaderIsRead(t *testing.T) {
	m := Read([]byte("Subject: x\nFrom: a@b.test\n" + strings.Repeat("X-A: "+strings.Repeat("y", 60)+"\n", 10_000) + "\nciao\n"))
	if m.Subject != "x" || m.Text() != "ciao\n" || m.Header.Len() > maxFields {
		t.Errorf("subject %q, text %.20q, %d fields", m.Subject, m.Text(), m.Header.Len())
	}
}
