package helpdesk

import "testing"

func TestLooksCertified(t *testing.T) {
	for address, want := range map[string]bool{
		"protocollo@pec.comune.valcerva.bg.example": true, "x@comune.pec.example": true, "x@legalpec.it": true, "x@halleycert.it": true,
		"x@cert.ruparpiemonte.it": true, "x@PEC.it": true, "x@ente.legalmail.it": true, "x@legalmail.it": true, "x@pec-ente.example": true,
		"x@comune.valcerva.bg.example": false, "pec@comune.example": false, "x@speciale.example": false, "x@pec": false, "x": false, "x@concerti.example": false,
	} {
		if got := looksCertified(address); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}

func TestTakesCertifiedOnly(t *testing.T) {
	for reason, want := range map[string]bool{
		"550 5.7.1 La casella accetta solo messaggi di posta elettronica certificata":           true,
		"550 Questa casella riceve esclusivamente PEC":                                          true,
		"554 5.7.1 this mailbox only accepts certified mail":                                    true,
		"550 casella non abilitata alla ricezione di posta ordinaria":                           true,
		"550 5.7.1 Il destinatario non accetta posta elettronica non certificata":               true,
		"550 messages from non-certified senders are not accepted: the box takes only PEC mail": true,
		"550 5.1.1 utente sconosciuto":                                                          false,
		"552 casella piena: riprovare solo dopo averla svuotata":                                false,
		"550 5.7.1 certificate verify failed":                                                   false,
		"la connessione PEC si è interrotta":                                                    false,
		"":                                                                                      false,
	} {
		if got := TakesCertifiedOnly(reason); got != want {
			t.Errorf("%q: %t", reason, got)
		}
	}
}
