package mime

import (
	"slices"
	"strings"
	"testing"
)

// lf writes messages readably; Read sees them with CRLF.
func lf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

// Everything that makes other readers give up, and what is read all the same.
func TestReadWhatOthersRefuse(t *testing.T) {
	for _, tt := range []struct {
		name, raw       string
		text, html      string
		attachments     []string
		problem, absent string
	}{
		{name: "plain text without any type", raw: "From: a@comune.test\n\nBuongiorno.\n", text: "Buongiorno.\n"},
		{name: "encoding 8bits", raw: "Content-Transfer-Encoding: 8bits\n\nperché\n", text: "perché\n", absent: ProblemTransfer},
		{name: "encoding 7-bit", raw: "Content-Transfer-Encoding: 7-bit\n\nciao\n", text: "ciao\n", absent: ProblemTransfer},
		{name: "encoding base64 with a semicolon", raw: "Content-Transfer-Encoding: base64;\n\nY2lhbw==\n", text: "ciao", absent: ProblemTransfer},
		{name: "encoding with a comment", raw: "Content-Transfer-Encoding: (x) BASE64 (y)\nContent-Type: text/plain\n\nY2lhbw==\n", text: "Y2lhbw==\n"},
		{name: "unknown encoding", raw: "Content-Transfer-Encoding: x-foo\n\nciao =3D\n", text: "ciao =3D\n", problem: ProblemTransfer},
		{name: "unknown charset", raw: "Content-Type: text/plain; charset=x-foo\n\nperch\xe9\n", text: "perché\n", problem: ProblemCharset},
		{name: "charset written with a dash", raw: "Content-Type: text/plain; charset=cp-850\n\nperch\x82\n", text: "perché\n", absent: ProblemCharset},
		{name: "utf-7", raw: "Content-Type: text/plain; charset=utf-7\n\nperch+AOk-, +ADw-b+AD4- 1 +- 1\n", text: "perché, <b> 1 + 1\n", absent: ProblemCharset},
		{name: "iso-8859-1 that is windows-1252", raw: "Content-Type: text/plain; charset=iso-8859-1\n\n\x93virgolette\x94 10 \x80\n", text: "“virgolette” 10 €\n", absent: ProblemCharset},
		{name: "iso-8859-1 that is utf-8", raw: "Content-Type: text/plain; charset=iso-8859-1\n\nperché\n", text: "perché\n", problem: ProblemCharset},
		{name: "us-ascii with eight bits", raw: "Content-Type: text/plain; charset=us-ascii\n\nperch\xe9\n", text: "perché\n", problem: ProblemCharset},
		{name: "no charset with eight bits", raw: "Content-Type: text/plain\n\nperch\xe9\n", text: "perché\n", problem: ProblemCharset},
		{name: "utf-8 that is windows-1252", raw: "Content-Type: text/plain; charset=utf-8\n\nperch\xe9\n", text: "perché\n", problem: ProblemCharset},
		{name: "utf-8 with one broken byte", raw: "Content-Type: text/plain; charset=utf-8\n\nperché così \xff però\n", text: "perché così \ufffd però\n", problem: ProblemCharset},
		{name: "utf-16 that is ASCII", raw: "Content-Type: text/plain; charset=utf-16\n\nciao\n", text: "ciao\n", problem: ProblemCharset},
		{name: "charset of an HTML head", raw: "Content-Type: text/html\n\n<meta charset=\"iso-8859-1\">perch\xe9\n", html: "<meta charset=\"iso-8859-1\">perché\n", absent: ProblemCharset},
		{name: "NUL and control characters", raw: "Content-Type: text/plain\n\na\x00b\x07c\td\n", text: "abc\td\n"},
		{name: "mbox line in front", raw: "From a@comune.test Mon Mar  2 10:15:30 2026\nSubject: x\n\nciao\n", text: "ciao\n", problem: ProblemMbox},
		{name: "byte order mark in front", raw: "\ufeffFrom: a@comune.test\n\nciao\n", text: "ciao\n", absent: ProblemFrom},
		{name: "empty lines in front", raw: "\n\nSubject: x\nFrom: a@comune.test\n\nciao\n", text: "ciao\n", absent: ProblemNoHeader},
		{name: "a line without a colon in the header", raw: "Subject: x\nqualcosa\nFrom: a@comune.test\n\nciao\n", text: "ciao\n", problem: ProblemHeaderLine},
		{name: "no empty line before the body", raw: "From: a@comune.test\nSubject: x\nBuongiorno a tutti\n\nsegue\n", text: "Buongiorno a tutti\n\nsegue\n", problem: ProblemHeaderLine},
		{name: "no header at all", raw: "Buongiorno,\nnota: una domanda\n\nGrazie\n", text: "Buongiorno,\nnota: una domanda\n\nGrazie\n", problem: ProblemNoHeader},
		{name: "text that looks like a header", raw: "nota: uno\naltro: due\n", text: "nota: uno\naltro: due\n", problem: ProblemNoHeader},
		{name: "a blank in the empty line", raw: "From: a@comune.test\n \nciao\n", text: "ciao\n"},
		{name: "a type that is no type", raw: "Content-Type: text\n\nciao\n", text: "ciao\n", problem: ProblemContentType},
		{name: "nonsense for a type", raw: "Content-Type: pdf\n\n%PDF\n", attachments: []string{"allegato.bin"}, problem: ProblemContentType},
		{name: "no boundary parameter", raw: "Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nciao\n--x--\n", text: "ciao", problem: ProblemBoundary},
		{name: "another boundary than stated", raw: "Content-Type: multipart/mixed; boundary=y\n\npreambolo\n--x\nContent-Type: text/plain\n\nciao\n--x--\n", text: "ciao", problem: ProblemBoundary},
		{name: "parts without a type in the header", raw: "Subject: x\n\n--x\nContent-Type: text/plain\n\nciao\n--x--\n", text: "ciao"},
		{name: "text that quotes parts is text", raw: "Subject: x\n\nCopia:\n--x\nContent-Type: text/plain\n\nciao\n", text: "Copia:\n--x\nContent-Type: text/plain\n\nciao\n"},
		{name: "multipart without parts", raw: "Content-Type: multipart/mixed; boundary=x\n\nSolo testo\n", text: "Solo testo\n", problem: ProblemNoParts},
		{name: "never closed", raw: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nciao\n--x\nContent-Type: application/pdf; name=a.pdf\n\n%PDF\n", text: "ciao", attachments: []string{"a.pdf"}, problem: ProblemUnclosed},
		{name: "parts after the closing boundary", raw: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nuno\n--x--\n\n--x\n\ndue\n--x--\n", text: "uno\n\ndue"},
		{name: "a bad line in a part's header", raw: "Content-Type: multipart/mixed; boundary=x\n\n--x\nrotto\nContent-Type: text/plain\n\nuno\n--x\n\ndue\n--x--\n", text: "uno\n\ndue", problem: ProblemHeaderLine},
		{name: "a boundary that begins like another", raw: "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=x-1\n\n--x-1\n\nuno\n--x-1--\n--x\n\ndue\n--x--\n", text: "uno\n\ndue"},
		{name: "base64 with foreign characters", raw: "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nY2*lhbw\n", attachments: []string{"a.pdf"}, problem: ProblemDamaged},
		{name: "an encoded multipart", raw: "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\nLS14DQoNCmNpYW8NCi0teC0tDQo=\n", text: "ciao"},
		{name: "text around the parts is nobody's", raw: "Content-Type: multipart/mixed; boundary=x\n\nThis is MIME.\n--x\n\nuno\n--x--\nepilogo\n", text: "uno"},
		{name: "a boundary with blanks and no quotes", raw: "Content-Type: multipart/mixed; boundary=a b\n\n--a b\n\nuno\n--a b--\n", text: "uno", absent: ProblemBoundary},
		{name: "what follows the boundary without a semicolon", raw: "Content-Type: multipart/mixed; boundary=a charset=utf-8\n\n--a\n\nuno\n--a--\n", text: "uno", absent: ProblemBoundary},
		{name: "a boundary in quotes with blanks at the end of its lines", raw: "Content-Type: multipart/mixed; boundary=\"a\"\n\n--a \n\nuno\n--a-- \n", text: "uno"},
		{name: "no boundary parameter, parts without a header", raw: "Content-Type: multipart/mixed\n\n--x\n\nuno\n--x\n\ndue\n--x--\n", text: "uno\n\ndue", problem: ProblemBoundary},
		{name: "no empty line before the first boundary", raw: "Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n--x\nContent-Type: text/plain\n\nuno\n--x--\n", text: "uno"},
		{name: "an inner boundary that looks like the outer one's end", raw: "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=x--\n\n--x--\n\nuno\n--x----\n--x--\n", text: "uno"},
		{name: "an outer boundary ends an inner multipart never closed", raw: "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\nuno\n--x\n\ndue\n--x--\n", text: "uno\n\ndue", problem: ProblemUnclosed},
		{name: "Japanese without a label", raw: "Content-Type: text/plain\n\n\x1b$BF|K\\\x1b(B\n", text: "日本\n", problem: ProblemCharset},
		{name: "a file in uuencode as the body", raw: "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a.pdf\n$8VEA;P``\n`\nend\n", attachments: []string{"a.pdf"}, absent: ProblemTransfer},
		{name: "files in uuencode in a text", raw: "From: a@comune.test\n\nEcco:\nbegin 644 a.pdf\n$8VEA;P``\n`\nend\n\nbegin 0644 b c.txt\n$8VEA;P\n \nend\nSaluti\n", text: "Ecco:\n\nSaluti\n", attachments: []string{"a.pdf", "b c.txt"}},
		{name: "a text that says begin", raw: "From: a@comune.test\n\nbegin 644 words\nof a text\nbegin now\n", text: "begin 644 words\nof a text\nbegin now\n"},
		{name: "a fragment", raw: "Content-Type: message/partial; id=\"a@b\"; number=2; total=3\n\nciao\n", attachments: []string{"allegato.txt"}, problem: ProblemPartial},
		{name: "a body that is elsewhere", raw: "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nuno\n--x\nContent-Type: message/external-body; access-type=anon-ftp; site=x.test; name=a.ps\n\nContent-Type: application/postscript\n\n--x--\n", text: "uno", attachments: []string{"a.ps"}, problem: ProblemExternal},
		{name: "a file of a Macintosh", raw: "Content-Type: multipart/appledouble; boundary=x\n\n--x\nContent-Type: application/applefile; name=a.pdf\n\nx\n--x\nContent-Type: application/pdf; name=a.pdf\n\nx\n--x--\n", attachments: []string{"a.pdf", "a.pdf"}},
		{name: "nothing but a message", raw: "Content-Type: message/rfc822\n\nFrom: b@x.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nuno\n--x\nContent-Type: application/pdf; name=a.pdf\n\nx\n--x--\n", text: "uno", attachments: []string{"messaggio.eml", "a.pdf"}},
		{name: "an invitation", raw: "Content-Type: multipart/alternative; boundary=x\n\n--x\n\nuno\n--x\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--x--\n", text: "uno", attachments: []string{"invito.ics"}},
		{name: "an empty message", raw: "", problem: ProblemEmpty},
		{name: "only blank", raw: "\n \n\n", problem: ProblemEmpty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Read(lf(tt.raw))
			if got := strings.TrimRight(m.Text(), "\n"); got != strings.TrimRight(tt.text, "\n") {
				t.Errorf("text %q, want %q", m.Text(), tt.text)
			}
			if m.HTML() != tt.html {
				t.Errorf("html %q, want %q", m.HTML(), tt.html)
			}
			if got := names(m); !slices.Equal(got, tt.attachments) {
				t.Errorf("attachments %q, want %q", got, tt.attachments)
			}
			if tt.problem != "" && !slices.Contains(m.Problems, tt.problem) {
				t.Errorf("problem not noted: %q in %q", tt.problem, m.Problems)
			}
			if tt.absent != "" && slices.Contains(m.Problems, tt.absent) {
				t.Errorf("problem noted in vain: %q", tt.absent)
			}
			check(t, m)
		})
	}
}

func names(m *Message) (names []string) {
	for _, p := range m.Attachments() {
		names = append(names, p.Filename)
	}
	return names
}

func TestReadLineEnds(t *testing.T) {
	const message = "From: a@comune.test\nSubject: una\n domanda\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nuno\ndue\n--x\nContent-Type: application/pdf; name=a.pdf\n\nx\n--x--\n"
	for _, end := range []string{"\r\n", "\n", "\r", "\r\r\n"} {
		m := Read([]byte(strings.ReplaceAll(message, "\n", end)))
		text := strings.TrimSpace(strings.ReplaceAll(m.Text(), "\n\n", "\n"))
		if m.Subject != "una domanda" || text != "uno\ndue" || !slices.Equal(names(m), []string{"a.pdf"}) {
			t.Errorf("with %q: subject %q, text %q, attachments %q", end, m.Subject, m.Text(), names(m))
		}
		if got := slices.Contains(m.Problems, ProblemBareCR); got != (end == "\r") {
			t.Errorf("with %q: bare CR noted: %v", end, got)
		}
	}
}

func TestReadHeaderFields(t *testing.T) {
	m := Read(lf("From: Mario Rossi, Comune <M.Rossi@Comune.TEST>\nTo: a@x.test\nTo: b@x.test\nCc: =?utf-8?Q?Niccol=C3=B2?= <n@x.test>\nReply-To: r@x.test\nSender: s@x.test\n" +
		"Subject: =?utf-8?B?cGVyY2g=?= =?utf-8?B?w6k=?= \xe8\nDate: lun, 2 marzo 2026 10:15:30 +0100\nMessage-ID: <abc def@x.test>\nIn-Reply-To: a@x.test, b@x.test\nReferences: <a@x.test><b@x.test>\n <c@x.test>\n\n"))
	if m.Subject != "perché è" {
		t.Errorf("subject %q", m.Subject)
	}
	if want := (Address{"Mario Rossi, Comune", "M.Rossi@comune.test"}); m.From[0] != want {
		t.Errorf("from %q", m.From)
	}
	if len(m.To) != 2 || m.To[1].Addr != "b@x.test" || m.Cc[0].Name != "Niccolò" || m.ReplyTo[0].Addr != "r@x.test" || m.Sender[0].Addr != "s@x.test" {
		t.Errorf("to %q, cc %q, reply-to %q, sender %q", m.To, m.Cc, m.ReplyTo, m.Sender)
	}
	if m.Date.UTC().Format("2006-01-02 15:04:05") != "2026-03-02 09:15:30" {
		t.Errorf("date %v", m.Date)
	}
	if m.MessageID != "abcdef@x.test" || !slices.Equal(m.InReplyTo, []string{"a@x.test", "b@x.test"}) || len(m.References) != 3 {
		t.Errorf("ids %q %q %q", m.MessageID, m.InReplyTo, m.References)
	}
	if len(m.Problems) != 0 {
		t.Errorf("problems %q", m.Problems)
	}
}

func TestReadSaysWhatIsMissing(t *testing.T) {
	m := Read(lf("Subject: x\n\nciao\n"))
	for _, p := range []string{ProblemFrom, ProblemDate, ProblemMessageID} {
		if !slices.Contains(m.Problems, p) {
			t.Errorf("not noted: %s", p)
		}
	}
	if !m.Date.IsZero() {
		t.Errorf("date %v", m.Date)
	}
	m = Read(lf("From: [??]\nFrom: Mario <b@x.test>\n\n"))
	if !slices.Equal(m.From, []Address{{"Mario", "b@x.test"}}) {
		t.Errorf("a first From that says nothing: %q", m.From)
	}
	m = Read(lf("From: a@x.test\nFrom: b@x.test\n\n"))
	if !slices.Contains(m.Problems, ProblemSeveralFrom) || m.From[0].Addr != "a@x.test" {
		t.Errorf("two senders: %q, %q", m.From, m.Problems)
	}
}

// Of a field that stands there twice the first that says something counts.
func TestReadDoubledFields(t *testing.T) {
	m := Read(lf("Subject: \nSubject: uno\nSubject: due\nDate: ieri\nDate: Mon, 2 Mar 2026 10:15:30 +0100\nMessage-ID:\nMessage-ID: <a@x.test>\nMessage-ID: <b@x.test>\n\n"))
	if m.Subject != "uno" || m.MessageID != "a@x.test" || m.Date.IsZero() {
		t.Errorf("subject %q, id %q, date %v", m.Subject, m.MessageID, m.Date)
	}
}

func TestReadKeepsWhatADamagedPartHad(t *testing.T) {
	m := Read(lf("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nY2lhbw==\nY2l!\n--x--\n"))
	p := m.Attachments()[0]
	if string(p.Body) != "ciao" || !p.Damaged || p.Filename != "allegato.pdf" {
		t.Errorf("body %q, damaged %v, name %q", p.Body, p.Damaged, p.Filename)
	}
}

func TestReadMessageInside(t *testing.T) {
	const inner = "From: b@x.test\nSubject: dentro\n\ntesto\n"
	encoded := "RnJvbTogYkB4LnRlc3QKU3ViamVjdDogZGVudHJvCgp0ZXN0bwo="
	for name, part := range map[string]string{
		"as it is":            "Content-Type: message/rfc822; name=\"postacert.eml\"\n\n" + inner,
		"in base64":           "Content-Type: message/rfc822; name=\"postacert.eml\"\nContent-Transfer-Encoding: base64\n\n" + encoded + "\n",
		"said to be base64":   "Content-Type: message/rfc822; name=\"postacert.eml\"\nContent-Transfer-Encoding: base64\n\n" + inner,
		"in quoted-printable": "Content-Type: message/rfc822; name=\"postacert.eml\"\nContent-Transfer-Encoding: quoted-printable\n\n" + strings.ReplaceAll(inner, "testo", "=74esto"),
	} {
		m := Read(lf("From: a@x.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nfuori\n--x\n" + part + "--x--\n"))
		if strings.TrimSpace(m.Text()) != "fuori" || len(m.Attachments()) != 1 || m.Attachments()[0].Message == nil {
			t.Fatalf("%s: text %q, attachments %q", name, m.Text(), names(m))
		}
		p := m.Attachments()[0]
		if p.Filename != "postacert.eml" || p.Message.Subject != "dentro" || strings.TrimSpace(p.Message.Text()) != "testo" || p.Message.From[0].Addr != "b@x.test" {
			t.Errorf("%s: name %q, subject %q, text %q", name, p.Filename, p.Message.Subject, p.Message.Text())
		}
	}
	digest := Read(lf("Content-Type: multipart/digest; boundary=x\n\n--x\n\n" + inner + "--x--\n"))
	if len(digest.Attachments()) != 1 || digest.Attachments()[0].Message == nil || digest.Attachments()[0].Filename != "messaggio.eml" {
		t.Errorf("digest: %q", names(digest))
	}
}
