package mime

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// tnefBytes writes a winmail.dat of attributes.
func tnefBytes(attributes ...[]byte) []byte {
	b := []byte{0x78, 0x9F, 0x3E, 0x22, 1, 0}
	return append(b, bytes.Join(attributes, nil)...)
}

func attr(level byte, id uint32, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{level}, id)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	return append(b, 0, 0) // a checksum that nobody looks at
}

// render begins an attachment.
func render() []byte { return attr(2, attRenderData, make([]byte, 14)) }

// file is an attachment as Outlook writes most.
func file(title string, data []byte, props ...[]byte) []byte {
	return slices.Concat(render(), attr(2, attAttachTitle, []byte(title+"\x00")), attr(2, attAttachData, data), attr(2, attAttachment, propList(props...)))
}

func propList(props ...[]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(props)))
	return append(b, bytes.Join(props, nil)...)
}

func prop(id, kind uint16, values ...[]byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	return append(b, propValues(kind, values)...)
}

func propValues(kind uint16, values [][]byte) (b []byte) {
	_, fixed := valueSizes[kind&^typeMultiple]
	if !fixed || kind&typeMultiple != 0 {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(values)))
	}
	for _, v := range values {
		if !fixed {
			b = binary.LittleEndian.AppendUint32(b, uint32(len(v)))
		}
		b = append(b, v...)
		b = append(b, make([]byte, -len(v)&3)...)
	}
	return b
}

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func u32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }

var messageIID = append([]byte{7, 3, 2, 0, 0, 0, 0, 0, 0xc0}, 0, 0, 0, 0, 0, 0, 0x46) // IID_IMessage

// names writes what OpenTNEF found in one line: name=content, messages in brackets.
func tnefNamesOf(t TNEF) string {
	var all []string
	for _, f := range t.Files {
		switch {
		case f.Message != nil:
			all = append(all, f.Name+"["+tnefNamesOf(*f.Message)+"]")
		case f.StandIn:
			all = append(all, "stand-in")
		default:
			all = append(all, f.Name+"="+string(f.Data))
		}
	}
	return strings.Join(all, " ")
}

func TestTNEFFiles(t *testing.T) {
	inner := tnefBytes(attr(1, attSubject, []byte("Dentro\x00")), file("b.txt", []byte("due")))
	for name, tt := range map[string]struct {
		raw  []byte
		want string
	}{
		"none":           {tnefBytes(), ""},
		"a file":         {tnefBytes(file("a.txt", []byte("uno"))), "a.txt=uno"},
		"two files":      {tnefBytes(file("a.txt", []byte("uno")), file("b.txt", []byte("due"))), "a.txt=uno b.txt=due"},
		"the same twice": {tnefBytes(file("a.txt", []byte("uno")), file("a.txt", []byte("due"))), "a.txt=uno a.txt=due"},
		"long name over title": {tnefBytes(file("RELAZI~1.PDF", []byte("x"), prop(propLongFilename, typeUnicode, wide("relazione sull'attività.pdf")))),
			"relazione sull'attività.pdf=x"},
		"displayed name over a short one": {tnefBytes(file("RELAZI~1.PDF", []byte("x"), prop(propDisplayName, typeString8, []byte("relazione.pdf\x00")))), "relazione.pdf=x"},
		"title over displayed name":       {tnefBytes(file("a.txt", []byte("x"), prop(propDisplayName, typeString8, []byte("Il file A\x00")))), "a.txt=x"},
		"displayed name without title":    {tnefBytes(render(), attr(2, attAttachData, []byte("x")), attr(2, attAttachment, propList(prop(propDisplayName, typeUnicode, wide("a.txt"))))), "a.txt=x"},
		"ending from its property":        {tnefBytes(file("elenco", []byte("x"), prop(propExtension, typeUnicode, wide(".csv")))), "elenco.csv=x"},
		"no name":                         {tnefBytes(render(), attr(2, attAttachData, []byte("x"))), "allegato=x"},
		"a name with a path":              {tnefBytes(file(`C:\utenti\..\a.txt`, []byte("x"))), "a.txt=x"},
		"code page of names":              {tnefBytes(attr(1, attOEMCodepage, u32(1251)), file("\xc4\xe0.txt", []byte("x"))), "Да.txt=x"},
		"data before its beginning":       {tnefBytes(attr(2, attAttachData, []byte("x")), attr(2, attAttachTitle, []byte("a.txt\x00"))), "a.txt=x"},
		"data in a property":              {tnefBytes(render(), attr(2, attAttachment, propList(prop(propAttachData, typeBinary, []byte("x")), prop(propLongFilename, typeString8, []byte("a.txt\x00"))))), "a.txt=x"},
		"an object is kept as it came": {tnefBytes(render(), attr(2, attAttachTitle, []byte("foglio\x00")),
			attr(2, attAttachment, propList(prop(propAttachData, typeObject, []byte("0123456789abcdefOLE"))))), "foglio=0123456789abcdefOLE"},
		"a message inside": {tnefBytes(render(), attr(2, attAttachTitle, []byte("Messaggio\x00")),
			attr(2, attAttachment, propList(prop(propAttachData, typeObject, append(messageIID, inner...))))), "Messaggio[b.txt=due]"},
		"a message and its stand-in": {tnefBytes(file("Messaggio", []byte("not supported"), prop(propAttachData, typeObject, append(messageIID, inner...)))),
			"stand-in Messaggio[b.txt=due]"},
		"properties of all kinds": {tnefBytes(file("a.txt", []byte("x"),
			prop(0x0E21, 0x0003, u32(1)), prop(0x0002, 0x000B, []byte{1, 0}), prop(0x3007, 0x0040, make([]byte, 8)),
			prop(0x6810, typeBinary|typeMultiple, []byte("abc"), []byte("defgh")), prop(0x6811, 0x0003|typeMultiple, u32(1), u32(2)),
			slices.Concat([]byte{0x1e, 0, 0, 0x80}, make([]byte, 16), u32(0), u32(0x8552), propValues(typeString8, [][]byte{[]byte("n\x00")})),
			slices.Concat([]byte{3, 0, 1, 0x80}, make([]byte, 16), u32(1), u32(6), []byte("x\x00y\x00\x00\x00\x00\x00"), u32(7)),
			prop(propLongFilename, typeUnicode, wide("b.txt")))), "b.txt=x"},
		"garbage at the end": {append(tnefBytes(file("a.txt", []byte("uno"))), "\nzzzzzzzzzzzz"...), "a.txt=uno"},
	} {
		got, ok := OpenTNEF(tt.raw)
		if !ok || tnefNamesOf(got) != tt.want || got.Damaged {
			t.Errorf("%s: %q, %v, damaged %v", name, tnefNamesOf(got), ok, got.Damaged)
		}
	}
}

func TestTNEFCutShort(t *testing.T) {
	raw := tnefBytes(file("a.txt", []byte("uno")), render(), attr(2, attAttachTitle, []byte("b.txt\x00")), attr(2, attAttachData, []byte("due e mezzo")))
	got, ok := OpenTNEF(raw[:len(raw)-10])
	if !ok || !got.Damaged || tnefNamesOf(got) != "a.txt=uno b.txt=due" {
		t.Errorf("%q, %v, damaged %v", tnefNamesOf(got), ok, got.Damaged)
	}
	for _, no := range []string{"", "x\x9f", "PK\x03\x04aaaa", "\x78\x9f\x3e\x22\x00"} {
		if _, ok := OpenTNEF([]byte(no)); ok {
			t.Errorf("%q is a winmail.dat", no)
		}
	}
}

func TestTNEFBody(t *testing.T) {
	rtf := plainRTF(`{\rtf1\ansi\ansicpg1252 Citt\'e0\par}`)
	wrapped := plainRTF(`{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}Citt\'e0{\*\htmltag72 </p>}}`)
	for name, tt := range map[string]struct {
		props      []byte
		text, html string
	}{
		"text":              {propList(prop(propBody, typeUnicode, wide("Città\r\nalta"))), "Città\nalta", ""},
		"text in 8 bits":    {propList(prop(propBody, typeString8, []byte("Citt\xe0\x00"))), "Città", ""},
		"HTML":              {propList(prop(propHTML, typeBinary, []byte("<p>Citt\xe0</p>")), prop(propCodepage, 3, u32(28591))), "", "<p>Città</p>"},
		"HTML says UTF-8":   {propList(prop(propHTML, typeBinary, []byte("<meta charset=utf-8><p>Città</p>")), prop(propCodepage, 3, u32(1252))), "", "<meta charset=utf-8><p>Città</p>"},
		"RTF":               {propList(prop(propRTF, typeBinary, rtf)), "Città", ""},
		"RTF around HTML":   {propList(prop(propRTF, typeBinary, wrapped)), "", "<p>Città</p>"},
		"text and its RTF":  {propList(prop(propBody, typeUnicode, wide("Città")), prop(propRTF, typeBinary, rtf)), "Città", ""},
		"text and its HTML": {propList(prop(propBody, typeUnicode, wide("Città")), prop(propRTF, typeBinary, wrapped)), "Città", "<p>Città</p>"},
		"nothing":           {propList(), "", ""},
	} {
		got, _ := OpenTNEF(tnefBytes(attr(1, attMessageProps, tt.props)))
		if got.Text != tt.text || got.HTML != tt.html {
			t.Errorf("%s: text %q, HTML %q", name, got.Text, got.HTML)
		}
	}
	old, _ := OpenTNEF(tnefBytes(attr(1, attOEMCodepage, u32(1252)), attr(1, attSubject, []byte("Unit\xe0\x00")), attr(1, attBody, []byte("Gi\xe0\x00"))))
	if old.Subject != "Unità" || old.Text != "Già" {
		t.Errorf("attributes: %q, %q", old.Subject, old.Text)
	}
}

// withFile is a message with one attachment.
func withFile(contentType, disposition string, data []byte, body string) []byte {
	return []byte("From: a@b.example\nMessage-ID: <1@b.example>\nDate: Mon, 16 Nov 2026 10:00:00 +0100\n" +
		"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n" + body + "\n--x\nContent-Type: " + contentType +
		"\nContent-Disposition: " + disposition + "\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(data) + "\n--x--\n")
}

// listed writes the attachments of a message: name, what it was opened from, wrappers in brackets.
func listed(m *Message) string {
	var all []string
	for _, p := range m.Attachments() {
		s := p.Filename
		if p.OpenedFrom != "" {
			s += "<" + p.OpenedFrom
		}
		if p.Wrapper {
			s = "(" + s + ")"
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestReadWinmail(t *testing.T) {
	inner := tnefBytes(attr(1, attSubject, []byte("Prot. 3/2026\x00")), attr(1, attBody, []byte("Testo interno\x00")), file("b.txt", []byte("due")))
	raw := tnefBytes(attr(1, attMessageProps, propList(prop(propHTML, typeBinary, []byte(`<p>In allegato <img src="cid:logo"></p>`)))),
		file("a.pdf", []byte("%PDF-")), file("logo.png", []byte("png"), prop(propContentID, typeUnicode, wide("logo"))),
		file("Messaggio", []byte("not supported"), prop(propAttachData, typeObject, append(messageIID, inner...))))
	const files = "(winmail.dat) a.pdf<winmail.dat logo.png<winmail.dat Prot. 3-2026.txt<winmail.dat b.txt<winmail.dat"
	for name, tt := range map[string]struct {
		raw   []byte
		files string
		text  string
		html  bool
	}{
		"no text":           {withFile("application/ms-tnef", "attachment; filename=winmail.dat", raw, ""), files, "", true},
		"another text":      {withFile("application/vnd.ms-tnef; name=winmail.dat", "attachment", raw, "Buongiorno"), files, "Buongiorno", false},
		"a shorter text":    {withFile("application/vnd.ms-tnef; name=winmail.dat", "attachment", raw, "Ciao"), files + " messaggio.html<winmail.dat", "Ciao", false},
		"the same text":     {withFile("application/octet-stream", "attachment; filename=WINMAIL.DAT", raw, "In allegato"), strings.ReplaceAll(files, "winmail.dat", "WINMAIL.DAT"), "In allegato", true},
		"another name":      {withFile("application/octet-stream", "attachment; filename=dati.dat", raw, "x"), "dati.dat", "x", false},
		"not one":           {withFile("application/ms-tnef", "attachment; filename=winmail.dat", []byte("altro"), "x"), "winmail.dat", "x", false},
		"type without name": {withFile("application/ms-tnef", "attachment", tnefBytes(file("a.txt", nil)), "x"), "(allegato.dat) a.txt<allegato.dat", "x", false},
		"the whole message": {append([]byte("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: binary\n\n"), raw...), files, "", true},
		"one in another":    {withFile("application/ms-tnef", "attachment; filename=winmail.dat", tnefBytes(file("win.dat", tnefBytes(file("a.txt", nil)))), "x"), "(winmail.dat) (win.dat<winmail.dat) a.txt<win.dat", "x", false},
	} {
		m := Read(tt.raw)
		check(t, m)
		if listed(m) != tt.files || m.Text() != tt.text || (m.HTML() != "") != tt.html {
			t.Errorf("%s: %s\ntext %q, HTML %q", name, listed(m), m.Text(), m.HTML())
		}
	}
	m := Read(withFile("application/ms-tnef", "attachment; filename=winmail.dat", raw, ""))
	if a := m.Attachments(); !a[2].Inline() || a[1].Type != "application/pdf" || string(a[3].Body) != "Oggetto: Prot. 3/2026\n\nTesto interno" {
		t.Errorf("inline %v, type %s, letter %q", a[2].Inline(), a[1].Type, a[3].Body)
	}
}

// What many messages in one winmail.dat unpack to is bounded together, and so is how deep they go.
func TestTNEFBounded(t *testing.T) {
	packed := bytes.Clone(specRTF[:16])
	binary.LittleEndian.PutUint32(packed[4:], 1<<31)
	packed = append(packed, bytes.Repeat([]byte{0xff, 0, 0xf, 0, 0xf, 0, 0xf, 0, 0xf, 0, 0xf, 0, 0xf, 0, 0xf, 0, 0xf}, 10_000)...)
	body := attr(1, attMessageProps, propList(prop(propRTF, typeBinary, packed)))
	message := file("m", nil, prop(propAttachData, typeObject, append(messageIID, tnefBytes(body)...)))
	got, ok := OpenTNEF(tnefBytes(bytes.Repeat(message, 50)))
	unpacked := 0
	for _, f := range got.Files {
		unpacked += len(f.Message.Text) + len(f.Message.RTF)
	}
	if !ok || len(got.Files) != 50 || unpacked > maxRTF {
		t.Errorf("%d messages, %d bytes", len(got.Files), unpacked)
	}
	deep := tnefBytes()
	for range 3 * maxDepth {
		deep = tnefBytes(file("m", nil, prop(propAttachData, typeObject, append(messageIID, deep...))))
	}
	got, _ = OpenTNEF(deep)
	checkTNEF(t, got, 0)
	many, _ := OpenTNEF(tnefBytes(bytes.Repeat(file("a", nil), 5*maxParts)))
	if len(many.Files) != maxParts || !many.Damaged {
		t.Errorf("%d files", len(many.Files))
	}
}

func FuzzOpenTNEF(f *testing.F) {
	f.Add(tnefBytes(file("a.txt", []byte("uno"), prop(propLongFilename, typeUnicode, wide("b.txt")))))
	f.Add(tnefBytes(attr(1, attMessageProps, propList(prop(propRTF, typeBinary, specRTF), prop(propHTML, typeBinary, []byte("<p>x")))),
		file("m", []byte("x"), prop(propAttachData, typeObject, append(messageIID, tnefBytes(file("b", nil))...)))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got, ok := OpenTNEF(raw); ok {
			checkTNEF(t, got, 0)
		}
		check(t, Read(append([]byte("Content-Type: application/ms-tnef\n\n"), raw...)))
	})
}

func checkTNEF(t *testing.T, got TNEF, depth int) {
	t.Helper()
	if depth >= maxDepth || len(got.Files) > 2*maxParts {
		t.Fatalf("depth %d, %d files", depth, len(got.Files))
	}
	checkLine(t, got.Subject, got.Sender)
	checkText(t, got.Text)
	checkText(t, got.HTML)
	for _, f := range got.Files {
		checkLine(t, f.Name, f.ContentID)
		if f.Name == "" || strings.ContainsAny(f.Name, `/\`) {
			t.Errorf("name %q", f.Name)
		}
		if f.Message != nil {
			checkTNEF(t, *f.Message, depth+1)
		}
	}
}
