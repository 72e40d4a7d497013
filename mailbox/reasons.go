package mailbox

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"sportello/helpdesk"
)

// IMAPReason says in Italian what is wrong with the way in and what to do, for
// the banner; "" when nothing is. The error itself is in the log.
func IMAPReason(err error) string {
	var ours *helpdesk.Error // the fault is on our side: the disk is full
	switch {
	case err == nil:
		return ""
	case errors.As(err, &ours):
		return ours.Message
	case oauthReason(err) != "":
		return oauthReason(err)
	case notConnected(err):
		return (&permissionError{}).reason()
	case errors.Is(err, errAuth):
		return "Il server di posta in arrivo rifiuta nome utente o password. Controllare le credenziali nella configurazione."
	case errors.Is(err, errComparing):
		return "I messaggi della cartella vengono confrontati con quelli già presi, perché il server li ha rinumerati o l'archivio è stato ripristinato: nessuno va perso o si raddoppia."
	case errors.Is(err, errNoUIDValidity):
		return "La cartella non ha un UIDVALIDITY: il server non è adatto alla lettura automatica. Rivolgersi al fornitore della posta."
	case refusal(err) != nil:
		return "Il server di posta in arrivo ha rifiutato la richiesta: " + refusal(err).Text + ". Controllare il nome della cartella nella configurazione."
	}
	return transportReason(err, "in arrivo")
}

// transportReason covers what both ways have in common.
func transportReason(err error, way string) string {
	var unknown x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	var verification *tls.CertificateVerificationError
	var dns *net.DNSError
	switch {
	case errors.Is(err, errPlaintext):
		return "Il server di posta " + way + " è configurato senza TLS ma non è su questa macchina. Impostare tls o starttls."
	case errors.As(err, &unknown), errors.As(err, &wrongName), errors.As(err, &verification):
		return "Il certificato del server di posta " + way + " non è valido per questo nome. Controllare host e tls_ca_file."
	case errors.As(err, &dns):
		return "Il nome del server di posta " + way + " non si risolve. Controllare host nella configurazione e il DNS."
	case silent(err):
		return "Il server di posta " + way + " non risponde. I tentativi continuano da soli."
	}
	return "Il collegamento al server di posta " + way + " si è interrotto. I tentativi continuano da soli."
}

// SMTPReason is IMAPReason for the way out.
func SMTPReason(err error) string {
	switch {
	case err == nil:
		return ""
	case oauthReason(err) != "":
		return oauthReason(err)
	case answerOf(err) != nil && smtpAuthDisabled(answerOf(err)):
		return smtpDisabledReason(answerOf(err))
	case errors.Is(err, errAuth):
		return "Il server di posta in uscita rifiuta nome utente o password. Controllare le credenziali nella configurazione; la posta in uscita resta in attesa."
	case answerOf(err) != nil:
		return "Il server di posta in uscita risponde: " + answerText(answerOf(err))
	}
	return transportReason(err, "in uscita")
}
