package helpdesk

import "strings"

// Named are all of whom the report says what it says.
func (r Report) Named() []string {
	switch {
	case len(r.Recipients) > 0:
		return r.Recipients
	case r.Recipient != "":
		return []string{r.Recipient}
	}
	return nil
}

// failures are what the status of RFC 3463 means for the person who wrote, the
// longer before the shorter.
var failures = []struct{ status, reason string }{
	{"1.1", "l'indirizzo non esiste"}, {"1.10", "l'indirizzo non esiste"}, {"1.0", "l'indirizzo non esiste"},
	{"1.2", "il dominio dell'indirizzo non esiste"}, {"1.3", "l'indirizzo non è scritto bene"}, {"1.6", "il destinatario ha cambiato indirizzo"},
	{"2.1", "la casella è disattivata"}, {"2.2", "la casella è piena"}, {"2.3", "il messaggio è troppo grande"}, {"3.4", "il messaggio è troppo grande"},
	{"4.1", "il server del destinatario non risponde"}, {"4.2", "il server del destinatario non risponde"},
	{"4.4", "il dominio dell'indirizzo non riceve posta"}, {"4.6", "il messaggio gira in tondo fra i server"}, {"4.7", "il server del destinatario non l'ha accettato in tempo"},
	{"5.3", "troppi destinatari"},
}

// spoken are the same in the words of servers that send no such status.
var spoken = []struct{ words, reason string }{
	{"user unknown", "l'indirizzo non esiste"}, {"unknown user", "l'indirizzo non esiste"}, {"no such user", "l'indirizzo non esiste"},
	{"does not exist", "l'indirizzo non esiste"}, {"not exist", "l'indirizzo non esiste"}, {"not listed", "l'indirizzo non esiste"},
	{"not found", "l'indirizzo non esiste"}, {"inesistente", "l'indirizzo non esiste"}, {"sconosciut", "l'indirizzo non esiste"},
	{"quota", "la casella è piena"}, {"mailbox full", "la casella è piena"}, {"mailbox is full", "la casella è piena"}, {"casella piena", "la casella è piena"},
	{"host unknown", "il dominio dell'indirizzo non esiste"}, {"unrouteable", "il dominio dell'indirizzo non esiste"},
	{"timed out", "il server del destinatario non risponde"}, {"timeout", "il server del destinatario non risponde"}, {"connect", "il server del destinatario non risponde"},
	{"too big", "il messaggio è troppo grande"}, {"too large", "il messaggio è troppo grande"}, {"size limit", "il messaggio è troppo grande"},
	{"spam", "il server del destinatario lo ha preso per spam"}, {"blocked", "il server del destinatario lo ha rifiutato"},
	{"denied", "il server del destinatario lo ha rifiutato"}, {"rejected", "il server del destinatario lo ha rifiutato"},
}

// Reason says in Italian why a mail of ours did not arrive, "" where nobody can tell.
func (r Report) Reason() string {
	if _, detail, ok := strings.Cut(r.Status, "."); ok {
		for _, f := range failures {
			if detail == f.status {
				return f.reason
			}
		}
		if strings.HasPrefix(detail, "7.") {
			return "il server del destinatario lo ha rifiutato"
		}
	}
	said := strings.ToLower(r.Diagnostic)
	for _, s := range spoken {
		if strings.Contains(said, s.words) {
			return s.reason
		}
	}
	return ""
}
