package mailbox

import (
	"reflect"
	"strings"
	"testing"

	"sportello/mailbox/mime"
)

// The whole text is that of every form, also of what Incoming folds.
func TestWholeBody(t *testing.T) {
	tests := []struct{ name, message, text, kind string }{
		{"plain", "\nSì.\n\n> È corretto?\n", "Sì.\n\n> È corretto?", "text/plain"},
		{"HTML alone", "Content-Type: text/html; charset=utf-8\n\n<p>Sì.</p>", "Sì.", "text/html"},
		{"both", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nSì.\n--b\nContent-Type: text/html\n\n<p>No.</p>\n--b--\n", "Sì.", "text/plain"},
		{"neither", "Content-Type: image/png\n\nx", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, kind := WholeBody(mime.Read([]byte("From: a@comune.example\n" + tt.message)))
			if strings.TrimSpace(text) != tt.text || kind != tt.kind {
				t.Errorf("%q from %q, want %q from %q", text, kind, tt.text, tt.kind)
			}
		})
	}
}

// Whoever examines a message sees what the desk files.
func TestExamineIsRead(t *testing.T) {
	raw := crlf(plainMail)
	for _, stub := range []bool{false, true} {
		if e := Examine(raw, stub); !reflect.DeepEqual(e.Incoming, Reader{}.Read(raw, stub)) || e.Enclosed() || e.Undelivered() {
			t.Errorf("stub %t: %+v", stub, e.Incoming)
		}
	}
}
