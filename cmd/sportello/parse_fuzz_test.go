package main

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzParseReport: whatever a message holds, its report is text that a
// terminal can be given.
func FuzzParseReport(f *testing.F) {
	f.Add([]byte(parseTree))
	f.Add([]byte("X-Trasporto: posta-certificata\nContent-Type: message/rfc822; name=postacert.eml\n\nFrom: \x1b[2J\n\n\x9b"))
	f.Add([]byte("Content-Type: \x1b]0;x\x07/y; charset=\"\x1b[31m\"; name=\"a\rb\"\nContent-Transfer-Encoding: \x1bc\n\n"))
	f.Add([]byte("Auto-Submitted: \x1b[1m\nSubject: =?utf-8?q?=1B[31m?=\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var b strings.Builder
		if err := parsed("-", raw).print(&b, true); err != nil {
			t.Fatal(err)
		}
		if !utf8.ValidString(b.String()) {
			t.Errorf("not UTF-8: %q", b.String())
		}
		if i := strings.IndexFunc(b.String(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
			t.Errorf("a control character: %q", b.String()[i:min(len(b.String()), i+20)])
		}
	})
}

// FuzzParseBatch: every line has one answer, which has its id where it could
// be read.
func FuzzParseBatch(f *testing.F) {
	f.Add([]byte(`{"id":"1","input":"message"}`), []byte(parseTree))
	f.Add([]byte(`{"id":"2","input":"html"}`), []byte("<p>x"))
	f.Add([]byte(`{"id":"3","input":"tnef"}`), []byte("\x78\x9f\x3e\x22"))
	f.Add([]byte(`{"id":4}`), []byte("x"))
	f.Add([]byte("\x00{"), []byte(nil))
	f.Fuzz(func(t *testing.T, line, data []byte) {
		if strings.Contains(string(line), "path") {
			return // it would read files of this machine
		}
		job, answer := answerLine(line)
		if answer.ID != job.ID || answer.Error == "" {
			t.Errorf("a line without a file: %+v", answer)
		}
		for _, input := range []string{"message", "text", "html", "tnef"} {
			if a := answerFile(input, data); strings.Contains(a.Error, "si è fermato") {
				t.Errorf("%s: %s", input, a.Error)
			}
		}
	})
}
