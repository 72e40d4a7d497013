package mime

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var document = []byte("%PDF-1.4\n" + strings.Repeat("Determina n. 12\n", 40))

func TestOpenCMS(t *testing.T) {
	mario, anna := named(t, "Mario Rossi"), named(t, "Anna Bianchi")
	card := newSigner(t, pkix.Name{CommonName: "RSSMRA80A01X000X/123", ExtraNames: []pkix.AttributeTypeAndValue{
		{Type: asn1.ObjectIdentifier{2, 5, 4, 42}, Value: "Mario"}, {Type: asn1.ObjectIdentifier{2, 5, 4, 4}, Value: "Rossi"}}})
	der := sign(t, document, false, mario)
	for name, tt := range map[string]struct {
		raw     []byte
		signers string
	}{
		"DER":                  {der, "Mario Rossi"},
		"BER":                  {indefinite(der), "Mario Rossi"},
		"PEM":                  {pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: der}), "Mario Rossi"},
		"base64":               {[]byte(base64.StdEncoding.EncodeToString(der)), "Mario Rossi"},
		"base64 in lines":      {wrapped64(der), "Mario Rossi"},
		"bytes after it":       {append(bytes.Clone(der), "\r\n\x00\x00"...), "Mario Rossi"},
		"two signers":          {sign(t, document, false, mario, anna), "Anna Bianchi, Mario Rossi"},
		"nobody":               {sign(t, document, false), ""},
		"a number, and a name": {sign(t, document, false, card), "Mario Rossi"},
		"name in Latin-1":      {bytes.ReplaceAll(sign(t, document, false, named(t, "Nicolo aaa")), []byte("\x0a"+"Nicolo aaa"), []byte("\x0a"+"Nicol\xf2 aaa")), "Nicolò aaa"},
	} {
		got, ok := openCMS(tt.raw)
		slices.Sort(got.signers) // a set has no order
		if !ok || !bytes.Equal(got.content, document) || strings.Join(got.signers, ", ") != tt.signers || got.truncated || got.encrypted {
			t.Errorf("%s: %v, %d bytes, signers %q, truncated %v", name, ok, len(got.content), got.signers, got.truncated)
		}
	}
	if got, ok := openCMS(sign(t, document, true, mario)); !ok || got.content != nil || len(got.signers) != 1 {
		t.Errorf("beside the document: %v, %d bytes, %q", ok, len(got.content), got.signers)
	}
	if got, ok := openCMS(der[:400]); !ok || !got.truncated || !bytes.HasPrefix(document, got.content) || len(got.content) < 300 {
		t.Errorf("cut off: %v, %v, %d bytes", ok, got.truncated, len(got.content))
	}
	for _, no := range []string{"", "0", "0\x80", "MI", "%PDF-1.4", "-----BEGIN PKCS7-----", "0\x03\x06\x01\x00", "0\x84\xff\xff\xff\xff"} {
		if _, ok := openCMS([]byte(no)); ok {
			t.Errorf("%q is signed", no)
		}
	}
}

func TestReadSignedDocument(t *testing.T) {
	mario, anna := named(t, "Mario Rossi"), named(t, "Anna Bianchi")
	once := sign(t, document, false, mario)
	const p7m = "application/pkcs7-mime"
	for name, tt := range map[string]struct {
		contentType, file string
		raw               []byte
		files, signer     string
	}{
		"PDF":                  {p7m, "atto.pdf.p7m", once, "atto.pdf.p7m atto.pdf<atto.pdf.p7m", "Mario Rossi"},
		"type that says less":  {"application/octet-stream", "ATTO.PDF.P7M", once, "ATTO.PDF.P7M ATTO.PDF<ATTO.PDF.P7M", "Mario Rossi"},
		"type that is wrong":   {"application/pdf", "atto.pdf.p7m", wrapped64(once), "atto.pdf.p7m atto.pdf<atto.pdf.p7m", "Mario Rossi"},
		"signed twice":         {p7m, "atto.pdf.p7m.p7m", sign(t, once, false, anna), "atto.pdf.p7m.p7m atto.pdf<atto.pdf.p7m.p7m", "Anna Bianchi, Mario Rossi"},
		"twice by one":         {p7m, "atto.pdf.p7m.p7m", sign(t, once, false, mario), "atto.pdf.p7m.p7m atto.pdf<atto.pdf.p7m.p7m", "Mario Rossi"},
		"twice, named once":    {p7m, "atto.pdf.p7m", sign(t, indefinite(once), false, anna), "atto.pdf.p7m atto.pdf<atto.pdf.p7m", "Anna Bianchi, Mario Rossi"},
		"ending by what it is": {p7m, "atto.p7m", once, "atto.p7m atto.pdf<atto.p7m", "Mario Rossi"},
		"no name":              {p7m, "", once, "allegato.p7m documento.pdf<allegato.p7m", "Mario Rossi"},
		"signature beside":     {"application/pkcs7-signature", "atto.pdf.p7s", sign(t, document, true, mario), "atto.pdf.p7s", "Mario Rossi"},
		"not signed":           {p7m, "atto.pdf.p7m", document, "atto.pdf.p7m", ""},
	} {
		disposition := "attachment"
		if tt.file != "" {
			disposition += "; filename=" + tt.file
		}
		m := Read(withFile(tt.contentType, disposition, tt.raw, "In allegato"))
		check(t, m)
		if a := m.Attachments(); listed(m) != tt.files || a[0].Signer != tt.signer || m.Text() != "In allegato" || len(m.Problems) > 0 {
			t.Errorf("%s: %s, signer %q, text %q, %q", name, listed(m), a[0].Signer, m.Text(), m.Problems)
		}
	}
	m := Read(withFile(p7m, "attachment; filename=atto.pdf.p7m", encrypted(t), "x"))
	if listed(m) != "atto.pdf.p7m" || !slices.Contains(m.Problems, ProblemEncrypted) {
		t.Errorf("encrypted: %s, %q", listed(m), m.Problems)
	}
	m = Read(withFile(p7m, "attachment; filename=atto.pdf.p7m", once[:400], "x"))
	if listed(m) != "atto.pdf.p7m atto.pdf<atto.pdf.p7m" || !slices.Contains(m.Problems, ProblemDamaged) {
		t.Errorf("cut off: %s, %q", listed(m), m.Problems)
	}
	m = Read(withFile("application/ms-tnef", "attachment; filename=winmail.dat", tnefBytes(file("atto.pdf.p7m", once)), "x"))
	if listed(m) != "(winmail.dat) atto.pdf.p7m<winmail.dat atto.pdf<atto.pdf.p7m" || m.Attachments()[1].Signer != "Mario Rossi" {
		t.Errorf("in winmail.dat: %s", listed(m))
	}
}

const signedPart = "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
	"È urgente\r\n--i\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-\r\n--i--\r\n"

func TestReadSignedMessage(t *testing.T) {
	mario := named(t, "Mario Rossi")
	der := sign(t, []byte(signedPart), false, mario)
	opaque := func(header string, content []byte) []byte {
		return slices.Concat([]byte("From: a@b.example\r\nContent-Transfer-Encoding: base64\r\nContent-Type: "+header+"\r\n\r\n"), wrapped64(content))
	}
	for name, tt := range map[string]struct {
		raw                 []byte
		text, files, signer string
	}{
		"opaque":            {opaque("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", der), "È urgente", "(smime.p7m) a.pdf", "Mario Rossi"},
		"opaque, BER":       {opaque("application/x-pkcs7-mime; name=\"smime.p7m\"", indefinite(der)), "È urgente", "(smime.p7m) a.pdf", "Mario Rossi"},
		"by its name only":  {opaque("application/octet-stream; name=smime.p7m", der), "È urgente", "(smime.p7m) a.pdf", "Mario Rossi"},
		"without a name":    {opaque("application/pkcs7-mime", der), "È urgente", "(allegato.p7m) a.pdf", "Mario Rossi"},
		"opaque as a part":  {withFile("application/pkcs7-mime; name=smime.p7m", "attachment", der, "Elenco"), "Elenco\n\nÈ urgente", "(smime.p7m) a.pdf", "Mario Rossi"},
		"opaque twice":      {opaque("application/pkcs7-mime", sign(t, opaque("application/pkcs7-mime", der)[19:], false, named(t, "Ente"))), "È urgente", "(allegato.p7m) (allegato.p7m) a.pdf", "Ente"},
		"signature beside":  {multipartSigned(sign(t, []byte("x"), true, mario)), "Firmato", "(smime.p7s)", "Mario Rossi"},
		"signature by name": {bytes.ReplaceAll(multipartSigned(sign(t, []byte("x"), true, mario)), []byte("pkcs7-signature;"), []byte("octet-stream;")), "Firmato", "(smime.p7s)", "Mario Rossi"},
		"signature damaged": {multipartSigned([]byte("zz")), "Firmato", "smime.p7s", ""},
	} {
		m := Read(tt.raw)
		check(t, m)
		if a := m.Attachments(); m.Text() != tt.text || listed(m) != tt.files || a[0].Signer != tt.signer {
			t.Errorf("%s: text %q, files %s, signer %q", name, m.Text(), listed(m), a[0].Signer)
		}
	}
	m := Read(opaque("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", encrypted(t)))
	if !slices.Contains(m.Problems, ProblemEncrypted) || listed(m) != "smime.p7m" {
		t.Errorf("encrypted: %q, %s", m.Problems, listed(m))
	}
}

func multipartSigned(signature []byte) []byte {
	return []byte("From: a@b.example\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\n\n--s\n" +
		"Content-Type: text/plain\n\nFirmato\n--s\nContent-Type: application/pkcs7-signature; name=smime.p7s\n" +
		"Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7s\n\n" + string(wrapped64(signature)) + "\n--s--\n")
}

// Signatures in signatures are opened as deep as people sign, and never to more than the message holds
// twice over.
func TestReadSignedBounded(t *testing.T) {
	content, name := bytes.Repeat(document, 4000), "atto.pdf"
	for range 10 {
		content, name = indefinite(sign(t, content, false)), name+".p7m"
	}
	m := Read(withFile("application/pkcs7-mime", "attachment; filename="+name, content, "x"))
	check(t, m)
	held := 0
	for _, p := range m.Attachments()[1:] {
		held += len(p.Body)
	}
	if held > 3*len(content) || !slices.Contains(m.Problems, ProblemDepth) {
		t.Errorf("%d bytes out of %d, %q", held, len(content), m.Problems)
	}
	for _, deep := range []string{"0\x80", "$\x80", "\xa0\x80", "0\x84\x00\xff\xff\xff"} {
		openCMS([]byte(strings.Repeat(deep, 1<<20)))
	}
}

// What OpenSSL writes is read alike.
func TestOpenCMSofOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("openssl is not installed")
		}
		t.Skip("openssl is not installed")
	}
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	who := named(t, "Mario Rossi")
	key, err := x509.MarshalECPrivateKey(who.key)
	if err != nil {
		t.Fatal(err)
	}
	in := write("in", document)
	certPath := write("cert", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: who.certificate.Raw}))
	keyPath := write("key", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key}))
	for _, options := range []string{"-outform DER", "-outform DER -stream", "-outform PEM", "-outform DER -keyid", "-outform DER -indef -cades"} {
		args := append([]string{"cms", "-sign", "-binary", "-nodetach", "-in", in, "-signer", certPath, "-inkey", keyPath}, strings.Fields(options)...)
		signed, err := exec.Command("openssl", args...).Output()
		if err != nil {
			t.Fatalf("%s: %v", options, err)
		}
		got, ok := openCMS(signed)
		if !ok || !bytes.Equal(got.content, document) || !slices.Equal(got.signers, []string{"Mario Rossi"}) {
			t.Errorf("%s: %v, %d bytes, signers %q", options, ok, len(got.content), got.signers)
		}
	}
}

func FuzzOpenCMS(f *testing.F) { // DER, BER and base64 with a signer are in testdata
	f.Add([]byte("0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, _ := openCMS(raw)
		checkLine(t, got.signers...)
		if len(got.content) > len(raw) || len(got.signers) > maxSigners {
			t.Errorf("%d bytes, %d signers of %d bytes", len(got.content), len(got.signers), len(raw))
		}
		check(t, Read(append([]byte("Content-Type: application/pkcs7-mime\n\n"), raw...)))
	})
}
