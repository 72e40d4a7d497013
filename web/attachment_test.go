package web

import (
	"encoding/binary"
	"mime"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"sportello/helpdesk"
)

func TestAttachmentNote(t *testing.T) {
	for want, a := range map[string]helpdesk.Attachment{
		"": {Name: "a.pdf", Type: "application/pdf"},
		"firmato da Mario Rossi · firma non verificata":                            {Name: "a.pdf.p7m", Type: "application/pkcs7-mime", Signer: "Mario Rossi"},
		"firma non apribile: scarica l'originale":                                  {Name: "b.PDF.P7M", Type: "application/octet-stream"},
		"contenuto di a.pdf.p7m":                                                   {Name: "a.pdf", Type: "application/pdf", OpenedFrom: "a.pdf.p7m"},
		"firmato da Mario Rossi · firma non verificata · contenuto di winmail.dat": {Name: "a.pdf.p7m", Signer: "Mario Rossi", OpenedFrom: "winmail.dat"},
		"messaggio firmato da Mario Rossi · firma non verificata":                  {Name: "smime.p7s", Type: "application/pkcs7-signature", Signer: "Mario Rossi", Wrapper: true},
		"firma del messaggio, non verificata":                                      {Name: "signature.asc", Type: "application/pgp-signature", Wrapper: true},
		"già aperto: il contenuto è in questa pagina":                              {Name: "winmail.dat", Type: "application/ms-tnef", Wrapper: true},
	} {
		if got := newAttachment(a, nil); got.Note != want || got.Aside != a.Wrapper {
			t.Errorf("%s: %q, aside %v", a.Name, got.Note, got.Aside)
		}
	}
}

// TestOpenedFiles: what was in winmail.dat is listed and can be had; the file itself comes last.
func TestOpenedFiles(t *testing.T) {
	winmail := []byte{0x78, 0x9f, 0x3e, 0x22, 1, 0}
	for _, a := range []struct {
		id   uint32
		data string
	}{{0x00069002, strings.Repeat("\x00", 14)}, {0x00018010, "elenco.csv\x00"}, {0x0006800f, "a;b"}} {
		winmail = binary.LittleEndian.AppendUint32(append(winmail, 2), a.id)
		winmail = binary.LittleEndian.AppendUint32(winmail, uint32(len(a.data)))
		winmail = append(append(winmail, a.data...), 0, 0)
	}
	w := newTestWeb(t)
	c := w.as("expert")
	body := c.get(ticketPath(w.receive("From: carla.villa@comune.valcerva.example\nSubject: Elenco\nMessage-ID: <i@comune.valcerva.example>\n" +
		"Date: Tue, 24 Nov 2026 09:50:00 +0100\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: text/plain\n\nEcco.\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" +
		wrapped(string(winmail)) + "\n--b--\n"))).body
	_, list, _ := strings.Cut(body, `<ul class="files"`)
	first, last, found := strings.Cut(list, `<li class="files-2">`)
	if !found || !strings.Contains(first, "elenco.csv<em>contenuto di winmail.dat</em>") || !strings.Contains(last, "winmail.dat<em>già aperto") {
		t.Fatalf("%.900s", list)
	}
	_, path, _ := strings.Cut(first, `href="`)
	path, _, _ = strings.Cut(path, `"`)
	if a := c.get(path); a.body != "a;b" {
		t.Errorf("%s is %q", path, a.body)
	}
}

func TestContentDispositionS11(t *testing.T) {
	for _, row := range []struct{ name, want string }{
		{"offerta.pdf", `attachment; filename="offerta.pdf"; filename*=UTF-8''offerta.pdf`},
		{"città di più.pdf", `attachment; filename="citt_ di pi_.pdf"; filename*=UTF-8''citt%C3%A0%20di%20pi%C3%B9.pdf`},
		{`a";x="y`, `attachment; filename="a__x=_y"; filename*=UTF-8''a%22%3Bx%3D%22y`},
		{`x.bat";x=.txt`, `attachment; filename="x.bat__x=.txt"; filename*=UTF-8''x.bat%22%3Bx%3D.txt`},
		{"a\r\nSet-Cookie: x=1", `attachment; filename="aSet-Cookie: x=1"; filename*=UTF-8''aSet-Cookie%3A%20x%3D1`},
		{"../../etc/passwd", `attachment; filename="passwd"; filename*=UTF-8''passwd`},
		{`C:\temp\x.doc`, `attachment; filename="x.doc"; filename*=UTF-8''x.doc`},
		{"fattura\u202efdp.exe", `attachment; filename="fatturafdp.exe"; filename*=UTF-8''fatturafdp.exe`},
		{"", `attachment; filename="allegato"; filename*=UTF-8''allegato`},
		{"...", `attachment; filename="allegato"; filename*=UTF-8''allegato`},
		{"a\x00b\u200b.pdf", `attachment; filename="ab.pdf"; filename*=UTF-8''ab.pdf`},
	} {
		if got := contentDisposition(row.name); got != row.want {
			t.Errorf("%q: %s, want %s", row.name, got, row.want)
		}
	}
}

// FuzzContentDisposition: one header line that any reader takes apart into the
// same bounded name.
func FuzzContentDisposition(f *testing.F) {
	for _, seed := range []string{"a.pdf", `a";x="y`, "a\r\nb: c", "\xff\xfe", strings.Repeat("ù", 3000), "%2e%2e%2f", "𝒳.pdf"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		h := contentDisposition(name)
		if strings.ContainsFunc(h, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("header %q", h)
		}
		kind, params, err := mime.ParseMediaType(h)
		if err != nil || kind != "attachment" || len(params) != 1 {
			t.Fatalf("%q: %s %v %v", h, kind, params, err)
		}
		_, ext, _ := strings.Cut(h, "filename*=UTF-8''")
		plain, err := url.PathUnescape(ext)
		if err != nil || plain != uploadName(name) || params["filename"] != plain {
			t.Fatalf("%q: filename* %q, name %q, parsed %q: %v", h, plain, uploadName(name), params["filename"], err)
		}
		if !utf8.ValidString(plain) || len(plain) > maxFileName || plain == "" || strings.ContainsAny(plain, "/\\") {
			t.Fatalf("name %q", plain)
		}
	})
}

// TestServedTypeS09: what a browser could run is never served as what it says.
func TestServedTypeS09(t *testing.T) {
	for declared, want := range map[string]string{
		"application/pdf": "application/pdf", "Application/PDF; name=x": "application/pdf", "image/png": "image/png",
		"text/plain; charset=utf-8": "text/plain",
		"text/html":                 octetStream, "image/svg+xml": octetStream, "application/xhtml+xml": octetStream,
		"text/xml": octetStream, "application/xml": octetStream, "multipart/related": octetStream, "message/partial": octetStream,
		"application/javascript": octetStream, "text/css": octetStream, "": octetStream, "x": octetStream, "text/html\r\nx: y": octetStream,
		"application/x-shockwave-flash": octetStream, "application/pdf, text/html": octetStream,
	} {
		if got := servedType(declared); got != want {
			t.Errorf("%q: %s, want %s", declared, got, want)
		}
	}
}

func TestImageURI(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n...."
	for _, row := range []struct {
		declared, data string
		ok             bool
	}{
		{"image/png", png, true}, {"image/jpeg", png, true}, {"image/webp", "RIFF....WEBPxxxx", true},
		{"text/html", png, false}, {"image/svg+xml", "<svg onload=alert(1)>", false}, {"image/png", "<html>", false},
		{"image/png", "", false}, {"image/webp", "RIFF", false},
	} {
		uri, ok := imageURI(row.declared, []byte(row.data))
		if ok != row.ok || ok && !strings.HasPrefix(uri, "data:image/") {
			t.Errorf("%s %q: %q %v", row.declared, row.data, uri, ok)
		}
	}
}
