package mailbox

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-smtp"
)

// oauthReason says in Italian why there is no token, or why the mail server
// did not take one; "" where that is not what happened.
func oauthReason(err error) string {
	var token *tokenError
	var permission *permissionError
	switch {
	case errors.As(err, &token):
		return token.reason()
	case errors.As(err, &permission):
		return permission.reason()
	case errors.Is(err, errNoXOAuth2):
		return `Il server non offre XOAUTH2. Controllare host e porta, oppure usare auth = "password".`
	}
	return ""
}

// microsoftReasons are the answers of Microsoft's token server that a wrong
// configuration brings about.
var microsoftReasons = map[string]string{
	"7000215": "Microsoft rifiuta il segreto dell'applicazione. In client_secret va il «Valore» del segreto, non il suo «ID segreto»: crearne uno nuovo in Microsoft Entra (Certificati e segreti) e copiarlo subito.",
	"7000222": "Il segreto dell'applicazione è scaduto. Crearne uno nuovo in Microsoft Entra (Certificati e segreti) e scriverlo in client_secret.",
	"7000218": "Microsoft non riceve né segreto né certificato. Indicare client_secret_file o certificate_file in mailbox.oauth2.",
	"7000112": "L'applicazione è disabilitata in Microsoft Entra. Riabilitarla in Applicazioni aziendali, Proprietà.",
	"700016":  "L'applicazione non esiste in questo tenant. Controllare client_id (ID applicazione) e tenant (ID della directory) in mailbox.oauth2.",
	"90002":   "Il tenant non esiste. Controllare tenant in mailbox.oauth2: è l'«ID della directory (tenant)» in Microsoft Entra.",
	"900023":  "Il tenant non è scritto come serve. Controllare tenant in mailbox.oauth2: è l'«ID della directory (tenant)» in Microsoft Entra.",
	"700027":  "Microsoft non riconosce il certificato. Caricare in Microsoft Entra (Certificati e segreti) il certificato di certificate_file, e controllare che non sia scaduto.",
	"700024":  "Microsoft dice che l'orologio di questa macchina è sbagliato. Controllare data, ora e NTP.",
	"70011":   "Lo scope non è valido. Togliere scope da mailbox.oauth2: quello giusto è https://outlook.office365.com/.default.",
	"1002012": "Lo scope non è valido. Togliere scope da mailbox.oauth2: quello giusto è https://outlook.office365.com/.default.",
	"500011":  "Lo scope nomina un servizio che il tenant non ha. Togliere scope da mailbox.oauth2, e controllare che il tenant abbia Exchange Online.",
	"53003":   "L'accesso condizionale di Microsoft Entra blocca l'applicazione. Escluderla dai criteri, o ammettere l'indirizzo di questa macchina.",
}

// googleReasons are those of Google's, by the code of RFC 6749 §5.2.
var googleReasons = map[string]string{
	"unauthorized_client": "Google non autorizza l'account di servizio. Nella Console di amministrazione (Sicurezza, Controlli API, Delega a livello di dominio) aggiungere il suo ID client con l'ambito https://mail.google.com/.",
	"access_denied":       "Google non autorizza l'account di servizio. Nella Console di amministrazione (Sicurezza, Controlli API, Delega a livello di dominio) aggiungere il suo ID client con l'ambito https://mail.google.com/.",
	"invalid_grant":       "Google rifiuta la richiesta. Controllare che subject sia la casella giusta, che la chiave dell'account di servizio non sia revocata, e data e ora di questa macchina.",
	"invalid_scope":       "Lo scope non è valido. Togliere scope da mailbox.oauth2: quello giusto è https://mail.google.com/.",
	"invalid_client":      "Google non conosce l'account di servizio. Controllare service_account_file: può essere stato eliminato.",
}

func (e *tokenError) reason() string {
	reasons, code := microsoftReasons, e.aadsts
	if e.google {
		reasons, code = googleReasons, e.code
	}
	switch reason, known := reasons[code]; {
	case known:
		return reason
	case e.status == 0:
		return "Il servizio che rilascia i token di accesso non risponde. Controllare la rete e token_url; i tentativi continuano da soli."
	case !errors.Is(e, errAuth):
		return fmt.Sprintf("Il servizio che rilascia i token di accesso ha un problema (%d). I tentativi continuano da soli.", e.status)
	case e.aadsts != "":
		code = "AADSTS" + e.aadsts
	}
	return strings.TrimSpace(fmt.Sprintf("Il servizio che rilascia i token di accesso rifiuta la richiesta: %d %s", e.status, code)) +
		". Controllare la sezione mailbox.oauth2."
}

func (e *permissionError) reason() string {
	switch {
	case e.google:
		return "Google ha rilasciato il token, ma la casella lo rifiuta. Controllare che username e subject siano la stessa casella, e che IMAP sia attivo per l'utente."
	case e.role != "":
		return "Manca l'autorizzazione " + e.role + ". In Microsoft Entra (Autorizzazioni API) aggiungerla come autorizzazione dell'applicazione per Office 365 Exchange Online, e concedere il consenso amministratore."
	}
	return "Microsoft ha rilasciato il token, ma la casella lo rifiuta. In Exchange Online PowerShell eseguire New-ServicePrincipal e Add-MailboxPermission come in docs/microsoft365.md, e controllare username; dopo la modifica può passare un'ora."
}

// notConnected is what Exchange says to every command after a log-in that
// counted for nothing.
func notConnected(err error) bool {
	no := refusal(err)
	return no != nil && strings.Contains(strings.ToLower(no.Text), "authenticated but not connected")
}

// smtpAuthDisabled: 5.7.139 is a log-in that the tenant's or the mailbox's
// settings forbid.
func smtpAuthDisabled(e *smtp.SMTPError) bool {
	text := strings.ToLower(e.Message)
	return strings.Contains(text, "smtpclientauthentication is disabled") || basicDisabled(e)
}

func basicDisabled(e *smtp.SMTPError) bool {
	return strings.Contains(strings.ToLower(e.Message), "basic authentication is disabled")
}

func smtpDisabledReason(e *smtp.SMTPError) string {
	if basicDisabled(e) {
		return `Microsoft 365 non accetta più nome utente e password. Usare auth = "xoauth2" come in docs/microsoft365.md.`
	}
	return "L'invio autenticato (SMTP AUTH) è disattivato per la casella o per il tenant. Attivarlo con Set-CASMailbox -SmtpClientAuthenticationDisabled $false, o nell'interfaccia di amministrazione: Utenti attivi, Posta, Gestisci app di posta, «SMTP autenticato»."
}
