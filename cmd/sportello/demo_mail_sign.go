package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// cmsSigned wraps data as CMS SignedData (RFC 5652, RFC 8419) with the
// signature and the certificate of an invented person, whom nobody vouches
// for. The same name always has the same key.
func cmsSigned(signer string, data []byte, at time.Time) ([]byte, error) {
	seed := sha256.Sum256([]byte("demo " + signer))
	key := ed25519.NewKeyFromSeed(seed[:])
	subject := pkix.Name{CommonName: signer, Country: []string{"IT"}}
	about := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(seed[:8]), Subject: subject,
		NotBefore: at.AddDate(-1, 0, 0), NotAfter: at.AddDate(2, 0, 0), KeyUsage: x509.KeyUsageContentCommitment,
	}
	certificate, err := x509.CreateCertificate(nil, about, about, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", signer, err)
	}
	issuer, err := asn1.Marshal(subject.ToRDNSequence())
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", signer, err)
	}
	der, err := asn1.Marshal(cmsInfo{oidSignedData, cmsSignedData{
		Version: 1, Digests: []cmsAlgorithm{{oidSHA512}}, Content: cmsContent{oidCMSData, data},
		Certificates: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: certificate},
		Signers: []cmsSigner{{
			Version: 1, ID: cmsSignerID{asn1.RawValue{FullBytes: issuer}, about.SerialNumber},
			Digest: cmsAlgorithm{oidSHA512}, Algorithm: cmsAlgorithm{oidEd25519}, Signature: ed25519.Sign(key, data),
		}},
	}})
	if err != nil {
		return nil, fmt.Errorf("sign as %s: %w", signer, err)
	}
	return der, nil
}

var (
	oidCMSData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidSHA512     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
	oidEd25519    = asn1.ObjectIdentifier{1, 3, 101, 112}
)

// The ASN.1 of RFC 5652, sections 3 and 5, as far as it is used here.
type (
	cmsInfo struct {
		Type asn1.ObjectIdentifier
		Data cmsSignedData `asn1:"explicit,tag:0"`
	}
	cmsSignedData struct {
		Version      int
		Digests      []cmsAlgorithm `asn1:"set"`
		Content      cmsContent
		Certificates asn1.RawValue
		Signers      []cmsSigner `asn1:"set"`
	}
	cmsContent struct {
		Type asn1.ObjectIdentifier
		Data []byte `asn1:"explicit,tag:0"`
	}
	cmsSigner struct {
		Version   int
		ID        cmsSignerID
		Digest    cmsAlgorithm
		Algorithm cmsAlgorithm
		Signature []byte
	}
	cmsSignerID struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	cmsAlgorithm struct{ Algorithm asn1.ObjectIdentifier }
)

// opaqueMessage is the mail of a program that signs by wrapping text and
// attachments into one CMS structure (RFC 8551, 3.5.2): a reader that does not
// open it shows an empty message and smime.p7m.
func opaqueMessage(d demoDraft) ([]byte, error) {
	d.Style = "outlook"
	c := demoClients[d.Style]
	var inner bytes.Buffer
	d.body(c).write(&inner)
	signed, err := cmsSigned(d.From.Name, inner.Bytes(), d.At)
	if err != nil {
		return nil, err
	}
	root := &mimePart{header: append(d.head(c),
		"Content-Type: application/pkcs7-mime; smime-type=signed-data;\r\n\tname=\"smime.p7m\"",
		"Content-Disposition: attachment; filename=\"smime.p7m\"", "Content-Transfer-Encoding: base64"), body: wrapBase64(signed)}
	var b bytes.Buffer
	root.write(&b)
	return b.Bytes(), nil
}
