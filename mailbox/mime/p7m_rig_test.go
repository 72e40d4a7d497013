package mime

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
)

// signer is a person with a certificate made for the test.
type signer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newSigner(t testing.TB, subject pkix.Name) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: subject, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0), SubjectKeyId: []byte(subject.CommonName)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signer{certificate, key}
}

func named(t testing.TB, commonName string) signer {
	return newSigner(t, pkix.Name{CommonName: commonName})
}

// sign makes signed data in DER, with or without the content.
func sign(t testing.TB, content []byte, detached bool, by ...signer) []byte {
	t.Helper()
	data, err := pkcs7.NewSignedData(content)
	if err != nil {
		t.Fatal(err)
	}
	data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	for _, s := range by {
		if err := data.AddSigner(s.certificate, s.key, pkcs7.SignerInfoConfig{}); err != nil {
			t.Fatal(err)
		}
	}
	if detached {
		data.Detach()
	}
	der, err := data.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// indefinite writes DER again with an indefinite length for everything around the content, and the
// content in pieces, as programs do that sign while they read.
func indefinite(b []byte) (out []byte) {
	for len(b) > 0 {
		var e asn1.RawValue
		rest, err := asn1.Unmarshal(b, &e)
		if err != nil {
			panic(err)
		}
		switch {
		case e.IsCompound && e.Class == asn1.ClassUniversal || e.Class == asn1.ClassContextSpecific && e.Tag == 0 && e.IsCompound && len(e.Bytes) > 0 && e.Bytes[0] != tagSequence:
			out = append(append(append(out, e.FullBytes[0], 0x80), indefinite(e.Bytes)...), 0, 0)
		case e.Class == asn1.ClassUniversal && e.Tag == tagOctets && len(e.Bytes) > 100:
			out = append(out, tagOctets|constructed, 0x80)
			for piece := range slices.Chunk(e.Bytes, 50) {
				out = append(append(out, tagOctets, byte(len(piece))), piece...)
			}
			out = append(out, 0, 0)
		default:
			out = append(out, e.FullBytes...)
		}
		b = rest
	}
	return out
}

func wrapped64(b []byte) []byte {
	var out []byte
	for piece := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(b)), 76) {
		out = append(append(out, piece...), '\r', '\n')
	}
	return out
}

// encrypted is the frame of what only its addressee can read.
func encrypted(t testing.TB) []byte {
	t.Helper()
	b, err := asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content []int `asn1:"explicit,tag:0"`
	}{pkcs7.OIDEnvelopedData, []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}
