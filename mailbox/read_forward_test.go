package mailbox

import (
	"strings"
	"testing"
)

// The headers that mail programs copy above what they forward.
var copiedHeaders = map[string]string{
	"Outlook":            "\nDa: Mario Rossi <tecnico@comune.valcerva.bg.example>\nInviato: lunedì 16 novembre 2026 10:00\nA: Anna <anna@centro.example>\nOggetto: Saldo 10 %",
	"Outlook, mailto":    "-----Messaggio originale-----\nDa: Mario Rossi [mailto:tecnico@comune.valcerva.bg.example]\nInviato: lunedì 16 novembre 2026 10:00\nA: Anna\nOggetto: Saldo 10 %",
	"Outlook, bold":      "________________________________\n*Da:* Mario Rossi <tecnico@comune.valcerva.bg.example>\n*Inviato:* lunedì\n*A:* Anna\n*Cc:* a@b.example; c@d.example;\n e@f.example\n*Oggetto:* Saldo 10 %",
	"Outlook, English":   "From: Mario Rossi <tecnico@comune.valcerva.bg.example>\nSent: Monday, November 16, 2026 10:00 AM\nTo: Anna\nSubject: Saldo 10 %",
	"Outlook, German":    "Von: Mario Rossi <tecnico@comune.valcerva.bg.example>\nGesendet: Montag\nAn: Anna\nBetreff: Saldo 10 %",
	"Outlook, French":    "De : Mario Rossi <tecnico@comune.valcerva.bg.example>\nEnvoyé : lundi\nÀ : Anna\nObjet : Saldo 10 %",
	"Outlook, Spanish":   "De: Mario Rossi <tecnico@comune.valcerva.bg.example>\nEnviado el: lunes\nPara: Anna\nAsunto: Saldo 10 %",
	"Gmail":              "---------- Forwarded message ---------\nDa: Mario Rossi <tecnico@comune.valcerva.bg.example>\nDate: lun 16 nov 2026 alle ore 10:00\nSubject: Saldo 10 %\nTo: Anna <anna@centro.example>",
	"Apple":              "Inizio messaggio inoltrato:\n\nDa: Mario Rossi <tecnico@comune.valcerva.bg.example>\nOggetto: Saldo 10 %\nData: 16 novembre 2026 alle ore 10:00:00 CET\nA: Anna",
	"Apple, quoted":      "> Inizio messaggio inoltrato:\n> \n> Da: Mario Rossi <tecnico@comune.valcerva.bg.example>\n> Oggetto: Saldo 10 %\n> Data: 16 novembre 2026\n> A: Anna",
	"Thunderbird":        "-------- Messaggio Inoltrato --------\nOggetto: \tSaldo 10 %\nData: \tMon, 16 Nov 2026 10:00:00 +0100\nMittente: \tMario Rossi <tecnico@comune.valcerva.bg.example>\nA: \tAnna",
	"Zimbra":             "----- Messaggio inoltrato -----\nDa: \"Mario Rossi\" <tecnico@comune.valcerva.bg.example>\nA: \"Anna\" <anna@centro.example>\nInviato: Lunedì, 16 novembre 2026 10:00:00\nOggetto: Saldo 10 %",
	"Roundcube":          "-------- Messaggio originale --------\nOggetto: Saldo 10 %\nData: 16/11/2026 10:00\nDa: Mario Rossi <tecnico@comune.valcerva.bg.example>\nA: Anna",
	"the sender wrapped": "Da: Mario Rossi\n<tecnico@comune.valcerva.bg.example>\nInviato: lunedì\nA: Anna\nOggetto: Saldo 10 %",
}

func TestReadForwards(t *testing.T) {
	for name, header := range copiedHeaders {
		for _, subject := range []string{"I: Saldo", "[EXT] Fwd: Saldo", "TR : Saldo", "WG: Saldo", "RV: Saldo"} {
			in := Reader{}.Read(crlf("From: anna@centro.example\nSubject: "+subject+"\nContent-Type: text/plain; charset=utf-8\n\nPasso allo sportello.\n\n"+header+"\n\nQuando arriva il saldo?\n"), false)
			f := in.Forwarded
			if f == nil || f.From.Addr != lost || f.From.Name != "Mario Rossi" || f.Subject != "Saldo 10 %" || !strings.Contains(f.Text, "Quando arriva") {
				t.Errorf("%s, %s: forwarded %+v", name, subject, f)
			}
		}
	}
}

func TestReadForwardedWithoutSubject(t *testing.T) {
	for _, name := range []string{"Gmail", "Apple", "Thunderbird", "Zimbra"} {
		in := Reader{}.Read(crlf("From: anna@centro.example\nSubject: Saldo\n\n"+copiedHeaders[name]+"\n\nQuando?\n"), false)
		if in.Forwarded == nil || in.Forwarded.From.Addr != lost {
			t.Errorf("%s: forwarded %+v", name, in.Forwarded)
		}
	}
}

func TestReadForwardedAttachment(t *testing.T) {
	wrap := func(inner string) []byte {
		return crlf("From: anna@centro.example\nSubject: I: Saldo\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/plain\n\nPasso allo sportello.\n--o\nContent-Type: message/rfc822\n\n" +
			strings.TrimPrefix(inner, "\n") + "\n--o--\n")
	}
	if f := (Reader{}).Read(wrap(plainMail), false).Forwarded; f == nil || f.From.Addr != lost || !strings.Contains(f.Text, "ribassi") {
		t.Errorf("attached: %+v", f)
	}
	if f := (Reader{}).Read(wrap(transport), false).Forwarded; f == nil || f.From.Addr != "protocollo@pec.comune.valcerva.bg.example" || f.Subject != "Saldo" {
		t.Errorf("attached PEC: %+v", f)
	}
}

// The history of an answer is no forward, nor are lines that look like a header.
func TestReadNoForward(t *testing.T) {
	for name, mail := range map[string]string{
		"an answer":           "Subject: R: Saldo\n\nGrazie.\n\n" + copiedHeaders["Outlook"] + "\n\nQuando?\n",
		"an answer to one":    "Subject: R: I: Saldo\n\nGrazie.\n\n" + copiedHeaders["Gmail"] + "\n\nQuando?\n",
		"no answer's subject": "Subject: Saldo\n\nGrazie.\n\n" + copiedHeaders["Outlook"] + "\n\nQuando?\n",
		"without an address":  "Subject: I: Saldo\n\nDa: verificare con la Ragioneria\nA: tutti\nOggetto: saldo\n\nGrazie\n",
		"nothing copied":      "Subject: I: Saldo\n\nDa: tecnico@comune.valcerva.bg.example ho saputo che il saldo arriva.\n",
		"no forward at all":   "Subject: Intervento: saldo\n\nTesto\n",
	} {
		if f := (Reader{}).Read(crlf("From: anna@centro.example\n"+mail), false).Forwarded; f != nil {
			t.Errorf("%s: forwarded %+v", name, f)
		}
	}
}

func FuzzForwarded(f *testing.F) {
	for _, header := range copiedHeaders {
		f.Add("I: Saldo", header+"\n\nQuando?")
	}
	f.Fuzz(func(t *testing.T, subject, body string) {
		in := Reader{}.Read([]byte("Subject: "+subject+"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"+body), false)
		if in.Forwarded == nil {
			return
		}
		for _, s := range []string{in.Forwarded.From.Addr, in.Forwarded.From.Name, in.Forwarded.Subject, in.Forwarded.Text} {
			checkFit(t, s)
		}
		if in.Forwarded.From.Addr == "" {
			t.Fatal("forwarded from nobody")
		}
	})
}
