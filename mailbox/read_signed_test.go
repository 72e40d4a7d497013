package mailbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"sportello/mailbox/mime"
)

// signed is content signed by a certificate made for the test.
func signed(t *testing.T, content string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Mario Rossi"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	data, err := pkcs7.NewSignedData([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := data.AddSigner(certificate, key, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	out, err := data.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const signedHead = `
From: Mario Rossi <tecnico@comune.valcerva.bg.example>
Subject: Saldo
Date: Mon, 16 Nov 2026 10:00:00 +0100
Message-ID: <s1@comune.valcerva.bg.example>
Content-Transfer-Encoding: base64
Content-Type: application/pkcs7-mime; smime-type=`

// An opaque-signed mail is a mail like any other, with a note of who signed.
func TestReadOpaqueSigned(t *testing.T) {
	inner := string(crlf("Content-Type: text/plain; charset=utf-8\n\nQuando arriva il saldo?\n\nIl giorno 2 novembre 2026 Sportello ha scritto:\n> Gentile\n"))
	in := Reader{}.Read(append(crlf(signedHead+"signed-data; name=smime.p7m\n\n"), base64.StdEncoding.EncodeToString(signed(t, inner))...), false)
	if in.Text != "Quando arriva il saldo?" || in.Quoted == "" || in.Problem != "" {
		t.Errorf("text %q, quoted %q, problem %q", in.Text, in.Quoted, in.Problem)
	}
	if len(in.Attachments) != 1 || in.Attachments[0].Signer != "Mario Rossi" || !in.Attachments[0].Wrapper {
		t.Errorf("attachments %+v", in.Attachments)
	}
}

// A signed document stands beside what it holds, and says nothing of the body.
func TestReadSignedDocument(t *testing.T) {
	document := signed(t, "%PDF-1.4 atto")
	mail := strings.Replace(signedHead, "pkcs7-mime; smime-type=", "pkcs7-mime; name=atto.pdf.p7m\n\n", 1)
	in := Reader{}.Read(append(crlf(mail), base64.StdEncoding.EncodeToString(document)...), false)
	if len(in.Attachments) != 2 {
		t.Fatalf("attachments %+v", in.Attachments)
	}
	p7m, pdf := in.Attachments[0], in.Attachments[1]
	if p7m.Name != "atto.pdf.p7m" || p7m.Signer != "Mario Rossi" || p7m.OpenedFrom != "" || string(p7m.Blob.Data) != string(document) {
		t.Errorf("signed %q by %q from %q", p7m.Name, p7m.Signer, p7m.OpenedFrom)
	}
	if pdf.Name != "atto.pdf" || pdf.Type != "application/pdf" || pdf.OpenedFrom != "atto.pdf.p7m" || string(pdf.Blob.Data) != "%PDF-1.4 atto" {
		t.Errorf("opened %q %s from %q: %q", pdf.Name, pdf.Type, pdf.OpenedFrom, pdf.Blob.Data)
	}
}

// What is encrypted cannot be read: the desk is told what to ask for.
func TestReadEncrypted(t *testing.T) {
	enveloped := "\x30\x11\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x04\x30\x02\x05\x00"
	in := Reader{}.Read(append(crlf(signedHead+"enveloped-data; name=smime.p7m\n\n"), base64.StdEncoding.EncodeToString([]byte(enveloped))...), false)
	if !strings.Contains(in.Problem, mime.ProblemEncrypted) || len(in.Attachments) != 1 {
		t.Errorf("problem %q, attachments %+v", in.Problem, in.Attachments)
	}
}
