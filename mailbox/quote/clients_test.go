package quote

import "testing"

const original = "Gentile dottor Rossi,\nquale CUP riguarda la richiesta?\nUn saluto\nAnna Verdi"

// TestClients has an answer as each mail program writes it. What is above the
// quotation stays, whatever the program, its language and its line ends.
func TestClients(t *testing.T) {
	const answer = "Buongiorno,\nil CUP è B11B22000000001.\n\nCordiali saluti\nMario Rossi\nRUP - tel. 035 000000"
	for name, below := range map[string]string{
		"Outlook IT":         "Da: Sportello PNRR <sportello@centro.example>\nInviato: martedì 24 novembre 2026 10:02\nA: Mario Rossi <tecnico@comune.example>\nCc: protocollo@comune.example\nOggetto: R: [#2026-000123] Saldo\n\n" + original,
		"Outlook IT, bold":   "*Da:* Sportello PNRR <sportello@centro.example>\n*Inviato:* martedì 24 novembre 2026 10:02\n*A:* Mario Rossi\n*Oggetto:* R: Saldo\n\n" + original,
		"Outlook IT, long":   "Da: Sportello PNRR <sportello@centro.example> \nInviato: martedì 24 novembre 2026 10:02\nA: Mario Rossi <tecnico@comune.example>; Ufficio Ragioneria\n <ragioneria@comune.example>; Segretario\n <segretario@comune.example>\nOggetto: R: Saldo\nAllegati: scheda.pdf\n\n" + original,
		"Outlook.com IT":     "________________________________\nDa: Sportello PNRR <sportello@centro.example>\nInviato: martedì 24 novembre 2026 10:02\nA: Mario Rossi <tecnico@comune.example>\nOggetto: R: Saldo\n\n" + original,
		"Outlook Mac IT":     "Da: Sportello PNRR <sportello@centro.example>\nData: martedì, 24 novembre 2026 alle ore 10:02\nA: Mario Rossi <tecnico@comune.example>\nOggetto: R: Saldo\n" + original,
		"Outlook EN":         "From: Desk <desk@centre.example>\nSent: Tuesday, November 24, 2026 10:02 AM\nTo: Mario Rossi <tecnico@comune.example>\nSubject: RE: Balance\n\n" + original,
		"Outlook DE":         "Von: Desk <desk@centre.example>\nGesendet: Dienstag, 24. November 2026 10:02\nAn: Mario Rossi\nBetreff: AW: Saldo\n\n" + original,
		"Outlook FR":         "De : Desk <desk@centre.example>\nEnvoyé : mardi 24 novembre 2026 10:02\nÀ : Mario Rossi\nObjet : RE: Solde\n\n" + original,
		"Outlook ES":         "De: Desk <desk@centre.example>\nEnviado el: martes, 24 de noviembre de 2026 10:02\nPara: Mario Rossi\nAsunto: RE: Saldo\n\n" + original,
		"old Outlook IT":     "-----Messaggio originale-----\nDa: Sportello PNRR [mailto:sportello@centro.example] \nInviato: martedì 24 novembre 2026 10:02\nA: Mario Rossi\nOggetto: Saldo\n\n" + original,
		"Gmail IT":           "Il giorno mar 24 nov 2026 alle ore 10:02 Sportello PNRR <\nsportello@centro.example> ha scritto:\n\n" + marked(original),
		"Apple Mail IT":      "> Il giorno 24 nov 2026, alle ore 10:02, Sportello PNRR <sportello@centro.example> ha scritto:\n> \n" + marked(original),
		"Apple Mail IT, old": "Il giorno 24/nov/2026, alle ore 10:02, Sportello PNRR <sportello@centro.example> ha scritto:\n\n" + marked(original),
		"Thunderbird IT":     "Il 24/11/26 10:02, Sportello PNRR ha scritto:\n" + marked(original),
		"Zimbra IT":          "----- Messaggio originale -----\nDa: \"Sportello PNRR\" <sportello@centro.example>\nA: \"Mario Rossi\" <tecnico@comune.example>\nInviato: Martedì, 24 novembre 2026 10:02:00\nOggetto: Re: Saldo\n\n" + original,
		"Zimbra IT, new":     "Da: \"Sportello PNRR\" <sportello@centro.example>\nA: \"Mario Rossi\" <tecnico@comune.example>\nInviato: Martedì, 24 novembre 2026 10:02:00\nOggetto: Re: Saldo\n\n" + marked(original),
		"Roundcube IT":       "Il 2026-11-24 10:02 Sportello PNRR ha scritto:\n" + marked(original),
		"Aruba webmail":      "Da: \"Sportello PNRR\" sportello@centro.example\nA: tecnico@comune.example\nCc: \nData: Tue, 24 Nov 2026 10:02:00 +0100\nOggetto: Re: Saldo\n\n" + marked(original),
		"Libero":             "> Il 24/11/2026 10:02 CET Sportello PNRR <sportello@centro.example> ha scritto:\n> \n> \n" + marked(original),
		"TIM, Alice":         "----Messaggio originale----\nDa: sportello@centro.example\nData: 24-nov-2026 10.02\nA: <tecnico@comune.example>\nOgg: Saldo\n\n" + original,
		"Yahoo IT":           "Il martedì 24 novembre 2026 alle ore 10:02:11 CET, Sportello PNRR <sportello@centro.example> ha scritto:\n\n" + original,
		"Proton IT":          "martedì 24 novembre 2026 10:02, Sportello PNRR <sportello@centro.example> ha scritto:\n\n" + marked(original),
		"iPhone":             "Inviato da iPhone\n\n> Il giorno 24 nov 2026, alle ore 10:02, Sportello PNRR <sportello@centro.example> ha scritto:\n> \n" + marked(original),
		"Gmail, Android":     "Il mar 24 nov 2026, 10:02 Sportello PNRR <sportello@centro.example> ha\nscritto:\n\n" + marked(original),
		"Outlook, Android":   "Scarica Outlook per Android<https://aka.example/x>\n________________________________\nFrom: Sportello PNRR <sportello@centro.example>\nSent: Tuesday, November 24, 2026 10:02:00 AM\nTo: Mario Rossi\nSubject: R: Saldo\n\n" + original,
		"Samsung":            "Inviato dal mio dispositivo Galaxy\n\n\n-------- Messaggio originale --------\nDa: Sportello PNRR <sportello@centro.example>\nData: 24/11/26 10:02 (GMT+01:00)\nA: Mario Rossi\nOggetto: Re: Saldo\n\n" + original,
		"Huawei":             "Inviato dal mio telefono Huawei\n\n-------- Messaggio originale --------\nOggetto: Saldo\nDa: sportello@centro.example\nA: tecnico@comune.example\nCC: \n\n" + original,
		"K-9":                "-- \nInviato dal mio dispositivo Android con K-9 Mail. Perdonate la brevità.\n\nIl 24 novembre 2026 10:02:00 CET, Sportello PNRR <sportello@centro.example> ha scritto:\n" + marked(original),
		"a notice between":   "Le informazioni contenute in questo messaggio sono riservate e destinate esclusivamente al destinatario. Chi lo avesse ricevuto per errore è pregato di cancellarlo.\n\nDa: Sportello <sportello@centro.example>\nInviato: martedì 24 novembre 2026 10:02\nA: Mario Rossi\nOggetto: Saldo\n\n" + original,
		"Portuguese":         "Em ter., 24 de nov. de 2026 às 10:02, Desk <desk@centre.example> escreveu:\n\n" + marked(original),
		"Dutch":              "Op di 24 nov 2026 om 10:02 schreef Desk <desk@centre.example>:\n\n" + marked(original),
		"German Gmail":       "Am Di., 24. Nov. 2026 um 10:02 Uhr schrieb Desk <desk@centre.example>:\n\n" + marked(original),
		"French Gmail":       "Le mar. 24 nov. 2026 à 10:02, Desk <desk@centre.example> a écrit :\n\n" + marked(original),
		"Slovene":            "V tor., 24. nov. 2026 ob 10:02 je oseba Desk <desk@centre.example>\nnapisala:\n\n" + marked(original),
		"Polish":             "wt., 24 lis 2026 o 10:02 Desk <desk@centre.example> napisał(a):\n\n" + marked(original),
	} {
		checkText(t, name, want{answer + "\n\n" + below, answer})
	}
}

func marked(s string) string {
	out := ""
	for _, l := range textOf(s) {
		out += "> " + l + "\n"
	}
	return out
}

// TestOwn has what stands around a letter and is not its text.
func TestOwn(t *testing.T) {
	const letter = "Buongiorno,\nsi chiede un parere sul ribasso d'asta.\n\nIl Responsabile\nGeom. Mario Rossi\ntel. 035 000000"
	for name, around := range map[string]string{
		"signature":       "\n-- \nMario Rossi\nComune di Valcerva\nhttp://www.comune.example/?id=1",
		"GDPR":            "\nAi sensi del Regolamento UE 2016/679 (GDPR) le informazioni contenute in questo messaggio sono riservate e ad uso esclusivo del destinatario.",
		"two paragraphs":  "\nAVVISO DI RISERVATEZZA\nIl presente messaggio e gli eventuali allegati sono confidenziali e destinati al solo destinatario.\n\nQualora lo abbiate ricevuto per errore Vi preghiamo di distruggerlo.",
		"wrapped":         "\n*** Le informazioni contenute nella presente comunicazione e i relativi\nallegati possono essere riservate e sono, comunque, destinate\nesclusivamente alle persone o alla Società sopraindicati. La diffusione,\ndistribuzione e/o copiatura del documento è proibita ***",
		"English":         "\nThis message is confidential and intended only for the addressee. If you received it in error please delete it.",
		"paper":           "\nPrima di stampare questa e-mail pensa all'ambiente.",
		"virus":           "\nMail priva di virus. www.avg.example",
		"telephone":       "\nInviato da smartphone Samsung Galaxy.",
		"list":            "\n_______________________________________________\nComuni mailing list\nComuni@liste.example\nhttps://liste.example/mailman/listinfo/comuni",
		"German device":   "\nVon meinem iPhone gesendet",
		"outlook for iOS": "\nInviato da Outlook per iOS",
	} {
		checkText(t, name, want{letter + "\n" + around, letter})
	}
	for name, above := range map[string]string{
		"stamp of a register": "Comune di Valcerva - Prot. n. 0004512 del 16/11/2026 - Partenza\n\n",
		"stamp with pipes":    "[ENTE|AOO1|REGISTRO UFFICIALE|236913|16-11-2026]\n\n",
		"sender outside":      "ATTENZIONE: questa e-mail proviene da un mittente esterno all'organizzazione.\n\n",
	} {
		checkText(t, name, want{above + letter, letter})
	}
}

// TestProtocolSoftware: what registers send by themselves is a letter like any other.
func TestProtocolSoftware(t *testing.T) {
	for _, body := range []string{
		"Si trasmette in allegato la comunicazione in oggetto.\n\nDistinti saluti\nComune di Valcerva",
		"Invio documento protocollato.\nAmministrazione: Comune di Valcerva\nOggetto: Richiesta di proroga\nMittente: Ufficio Tecnico\nDestinatario: Sportello PNRR",
		"Con la presente si invia quanto in oggetto.\n\nQuesto messaggio è stato generato automaticamente, si prega di non rispondere.",
	} {
		checkText(t, firstWords(body), want{body, body})
	}
}

// TestForwards: a mere forward is shown whole, whatever the program.
func TestForwards(t *testing.T) {
	for name, body := range map[string]string{
		"Gmail":       "---------- Forwarded message ---------\nDa: Ministero <m@ministero.example>\nDate: lun 23 nov 2026 alle ore 09:00\nSubject: Saldo\nTo: <c@comune.example>\n\n" + original,
		"Apple":       "> Inizio messaggio inoltrato:\n> \n> Da: Ministero <m@ministero.example>\n> Oggetto: Saldo\n> Data: 23 novembre 2026 09:00:00 CET\n> A: c@comune.example\n> \n" + marked(original),
		"Outlook":     "Da: Ministero <m@ministero.example>\nInviato: lunedì 23 novembre 2026 09:00\nA: c@comune.example\nOggetto: Saldo\n\n" + original,
		"Thunderbird": "-------- Messaggio Inoltrato --------\nOggetto: \tSaldo\nData: \tMon, 23 Nov 2026 09:00:00 +0100\nMittente: \tMinistero <m@ministero.example>\nA: \tc@comune.example\n\n" + original,
		"signed":      "-----Messaggio originale-----\nDa: x@y.example\nData: 23/11/2026\n\n" + original,
	} {
		s := Text(body)
		if lost := missing(body, s); lost != "" || len(s.Folded) > 0 {
			t.Errorf("%s: folded %+v %s", name, s.Folded, lost)
		}
	}
}
