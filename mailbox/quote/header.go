package quote

import "strings"

// field is one of the fields that programs copy above the message they
// answer: «Da: …», «Inviato: …», in any order and language.
type field uint8

const (
	fieldNone field = 0
	fieldFrom field = 1 << iota
	fieldDate
	fieldTo
	fieldCc
	fieldSubject
	fieldOther
)

var fieldLabels = map[field]string{
	fieldFrom: "da|from|von|de|fra|från|van|od|от|від|mittente|expéditeur|expeditorul|expeditor|remitente|remetente|afsender|avsändare|absender|" +
		"lähettäjä|feladó|saatja|nadawca|šalje|pošiljatelj|odesílatel|odosielateľ|de la|kimden|gönderen|από|差出人|送信元|发件人|寄件者|보낸 사람|sender",
	fieldDate: "inviato|inviata|inviato il|data|data invio|data di invio|data e ora|sent|date|sent at|gesendet|gesendet am|datum|envoyé|envoyé le|fecha|enviado|enviado el|" +
		"enviado em|enviada|enviada em|dato|sendt|skickat|verzonden|wysłano|data wysłania|odesláno|odoslané|lähetetty|päivämäärä|pvm|dátum|küldve|elküldve|" +
		"дата|отправлено|надіслано|изпратено|dată|trimis|trimis la|poslano|poslato|tarih|gönderilme|gönderildi|日付|送信日時|日期|发送时间|发送日期|寄件日期|" +
		"날짜|보낸 날짜|message du|ημερομηνία|στάλθηκε|kuupäev|saadetud",
	fieldTo: "a|to|an|à|para|til|till|aan|do|komu|кому|до|destinatario|destinatari|destinataire|destinatarul|destinatário|címzett|kime|alıcı|vastaanottaja|" +
		"saaja|adresat|prima|za|către|pour|empfänger|mottaker|προς|宛先|送信先|收件人|받는 사람",
	fieldCc: "cc|ccn|bcc|c.c.|kopie|kopia|copia|copia a|copie à|copie|kopi|копия|копія|másolat|másolatot kap|kopija|kópia|kópia (cc)|kopie (cc)|dw|bilgi|" +
		"kopio|per conoscenza|p.c.|抄送|κοιν.",
	fieldSubject: "oggetto|ogg|ogg.|subject|betreff|objet|asunto|assunto|emne|ämne|onderwerp|temat|předmět|predmet|тема|subiect|subiectul|tárgy|aihe|sujet|konu|" +
		"naslov|zadeva|teema|относно|θέμα|件名|主题|主旨|제목",
	fieldOther: "reply-to|rispondi a|répondre à|antwort an|responder a|allegati|allegato|attachments|anlagen|bijlagen|pièces jointes|adjuntos|importanza|importance|" +
		"priorità|priority|wichtigkeit|prioridad|message-id|organizzazione|organization",
}

var fieldByLabel = func() map[string]field {
	byLabel := map[string]field{}
	for f, labels := range fieldLabels {
		for _, l := range strings.Split(labels, "|") {
			byLabel[l] = f
		}
	}
	return byLabel
}()

// fieldOf is the field that a line holds, and its value.
func fieldOf(text string) (field, string) {
	const longestLabel = 60
	head := text[:min(len(text), longestLabel)]
	if !strings.Contains(head, ":") && !strings.Contains(head, "：") {
		return fieldNone, ""
	}
	text = strings.TrimLeft(text, "*_ \u00a0")
	end := strings.IndexAny(text, ":：")
	if end <= 0 {
		return fieldNone, ""
	}
	label := strings.ToLower(strings.TrimFunc(strings.Trim(text[:end], "*_"), isSpace))
	value := strings.TrimFunc(strings.TrimLeft(text[end:], ":："), isSpace)
	return fieldByLabel[label], strings.TrimFunc(strings.Trim(value, "*"), isSpace)
}

const maxHeader = 24 // lines of a copied header

// headerAt reports whether a copied header begins at line i, and where it ends.
func (s *sorted) headerAt(i int) (end int, ok bool) {
	if i >= len(s.lines) || s.lines[i].depth > 0 {
		return 0, false
	}
	if s.lines[i].field&(fieldFrom|fieldDate|fieldTo|fieldSubject) == 0 {
		return 0, false
	}
	var seen field
	fields, dated, addressed := 0, false, false
	for k := i; k < len(s.lines) && k < i+maxHeader; {
		f, value := s.lines[k].field, s.lines[k].value
		if f == fieldNone || s.lines[k].depth > 0 {
			break
		}
		if seen&f == 0 {
			fields++
		}
		seen |= f
		dated = dated || f == fieldDate && strings.ContainsAny(value, "0123456789")
		addressed = addressed || f&(fieldFrom|fieldTo) != 0 && strings.Contains(value, "@")
		end = k + 1
		k = s.nextField(k + 1)
	}
	return end, s.isHeader(i, seen, fields, dated, addressed)
}

// nextField skips what a long field was folded into and the empty line that
// some programs put between fields, if a field follows; else it returns where
// it was, and the header ends there.
func (s *sorted) nextField(from int) int {
	blank, folded := 0, 0
	for k := from; k < len(s.lines) && k <= from+4 && s.lines[k].depth == 0; k++ {
		if s.lines[k].field != fieldNone {
			return k
		}
		if s.lines[k].blank() {
			blank++
		} else {
			folded++
		}
		if blank > 1 || folded > 3 || blank > 0 && folded > 0 {
			break
		}
	}
	return from
}

// isHeader tells a copied header from a form that has fields of the same
// names: programs always write who and when, or an address.
func (s *sorted) isHeader(i int, seen field, fields int, dated, addressed bool) bool {
	who := seen & (fieldFrom | fieldTo)
	switch {
	case fields >= 3 && seen&fieldFrom != 0 && (dated || addressed):
		return true
	case fields >= 3 && who != 0 && dated && addressed:
		return true
	case fields == 2 && who != 0 && dated && addressed:
		return true
	case fields == 2 && seen&fieldFrom != 0 && (dated || addressed):
		return s.ruleAbove(i) < i || s.lines[i].says&saysRule != 0 || i > 0 && isSeparator(s.lines[i-1].text)
	}
	return false
}
