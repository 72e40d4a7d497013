package mailbox

import "testing"

func TestReadProtocolNumber(t *testing.T) {
	for subject, want := range map[string]string{
		"Prot. n. 1234/2024":                         "1234/2024",
		"Prot. N.0004512 del 16/11/2026":             "4512 del 16/11/2026",
		"Protocollo nr: 1234 - del 03-02-2026 saldo": "1234 del 03-02-2026",
		"Prot. N.0004512 CUP disallineato":           "4512",
		"prot. gen. 77 del 1.2.26":                   "77 del 1.2.26",
		"Prot. 2026/0004512 CUP":                     "4512/2026",
		"N. protocollo: 4512 del 16/11/2026":         "4512 del 16/11/2026",
		"Prot.n. 0012345.16-11-2026":                 "12345 del 16-11-2026",
		"[ENTRATE|AGEDP|REGISTRO UFFICIALE|236913|16-11-2026][358965823|349749437]": "236913 del 16-11-2026",
		"[ENTRATE|AGEDP|REGISTRO UFFICIALE|236913|…]":                               "236913",
		"m_pi.AOODGEFID.REGISTRO UFFICIALE(U).0012345.16-11-2026":                   "12345 del 16-11-2026",
		"Il protocollo 3 dell'intesa":                                               "",
		"protesta n. 12/2026":                                                       "",
		"":                                                                          "",
	} {
		if got := protocolNumber(subject); got != want {
			t.Errorf("protocolNumber(%q) = %q, want %q", subject, got, want)
		}
	}
}

// The number is also in the Segnatura.xml of protocol software and in a stamp
// in the text; one within a sentence is of something else.
func TestReadProtocolElsewhere(t *testing.T) {
	head := "From: protocollo@comune.valcerva.bg.example\nSubject: Saldo\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n"
	for name, c := range map[string]struct{ body, want string }{
		"Segnatura": {"Si trasmette la nota.\n--x\nContent-Type: text/xml; name=Segnatura.xml\n\n" +
			`<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE Segnatura SYSTEM "Segnatura.dtd"><Segnatura><Intestazione><Identificatore><CodiceAmministrazione>c_x</CodiceAmministrazione>` +
			`<NumeroRegistrazione>0004512</NumeroRegistrazione><DataRegistrazione>2026-11-16</DataRegistrazione></Identificatore></Intestazione></Segnatura>` + "\n--x--\n", "4512 del 16/11/2026"},
		"no number in it": {"Si trasmette la nota.\n--x\nContent-Type: text/xml; name=Segnatura.xml\n\n<Segnatura><NumeroRegistrazione>&x;<b>1</b>\n--x--\n", ""},
		"stamp":           {"Comune di Valcerva - Prot. n. 0004512 del 16/11/2026 - Partenza\n\nSi chiede un parere.\n--x--\n", "4512 del 16/11/2026"},
		"sentence":        {"Con riferimento alla nota prot. n. 4512 del 16/11/2026 si chiede un parere.\n--x--\n", ""},
	} {
		if in := (Reader{}).Read(crlf(head+c.body), false); in.Protocol != c.want {
			t.Errorf("%s: %q, want %q", name, in.Protocol, c.want)
		}
	}
}
