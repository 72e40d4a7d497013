package mime

import (
	"bytes"
	"encoding/base64"
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
	"boundaries that begin alike": func(n int) string {
		var b strings.Builder
		b.WriteString("Content-Type: multipart/mixed; boundary=x\n\n")
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "--x%s\nContent-Type: multipart/mixed; boundary=\"x%s\"\n\n", strings.Repeat("--", i%20), strings.Repeat("--", i%20+1))
		}
		return b.String()
	},
	"ends of an inner one": func(n int) string {
		return "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=x--\n" + strings.Repeat("--x--\n", n/6)
	},
	"dashes in a header": func(n int) string {
		return "Content-Type: multipart/mixed; boundary=x" + strings.Repeat("; a=b", 2000) + "\n" + strings.Repeat("--y\n", n/4)
	},
	"closing lines": func(n int) string { return "Content-Type: multipart/mixed\n\n" + strings.Repeat("--x--\n", n/6) },
	"words in words": func(n int) string {
		return "Subject: " + strings.Repeat("=?utf-8?Q?=3D=3Futf-8=3FQ=3F", n/28) + strings.Repeat("?=", n/28)
	},
	"empty brackets": func(n int) string { return "To: " + strings.Repeat("a <>,", n/5) },
	"From fields":    func(n int) string { return strings.Repeat("From: [??]\n", n/11) },
	"flowed quotations": func(n int) string {
		return "Content-Type: text/plain; format=flowed\n\n" + strings.Repeat("> a \n>> b \n", n/12)
	},
	"levels of quotation":     func(n int) string { return "Content-Type: text/plain; format=flowed\n\n" + strings.Repeat(">", n) },
	"files in uuencode":       func(n int) string { return "From: a@b.test\n\n" + strings.Repeat("begin 644 a\n#AAAA\nend\n", n/22) },
	"beginnings of uuencode":  func(n int) string { return "From: a@b.test\n\n" + strings.Repeat("begin 644 a\n`\n", n/14) },
	"short lines of uuencode": func(n int) string { return "Content-Transfer-Encoding: uuencode\n\n" + strings.Repeat("M\n", n/2) },
	"escapes":                 func(n int) string { return "Content-Type: text/plain\n\n" + strings.Repeat("\x1b$", n/2) },
	"zeros":                   func(n int) string { return "Content-Type: text/plain\n\n" + strings.Repeat("a\x00", n/2) },
	"tables":                  func(n int) string { return "Content-Type: text/html\n\n" + strings.Repeat("<table><tr><td>x", n/16) },
	"broken base64":           func(n int) string { return "Content-Transfer-Encoding: base64\n\n" + strings.Repeat("A=*", n/3) },
	"nested messages in base64": func(n int) string {
		return inBase64("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n", n)
	},
	"utf-7": func(n int) string { return "Content-Type: text/plain; charset=utf-7\n\n" + strings.Repeat("+AA", n/3) },
}

// inBase64 puts a message into a message into a message until it is about n bytes.
func inBase64(header string, n int) string {
	s := header + strings.Repeat("A", n/8)
	for len(s) < n {
		s = header + base64.StdEncoding.EncodeToString([]byte(s))
	}
	return s
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
	return allocatedBy(func() { TextFromHTML(Read(raw).HTML()) })
}

func allocatedBy(work func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A reader whose work grew with the square of the size would not come to the end of these.
func TestBombsOfMegabytes(t *testing.T) {
	for _, bomb := range bombs {
		TextFromHTML(Read([]byte(bomb(2 << 20))).HTML())
	}
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
