package mailbox

import (
	"regexp"
	"strings"

	"sportello/mailbox/mime"
)

// Subjects of mail systems. They begin so: behind «Re:» or «I:» a person
// speaks of one.
var bounceSubject = regexp.MustCompile(`(?i)^\W*(?:[^\s:]+\s+)?(?:` + strings.Join([]string{
	`undeliver(?:able|ed)`, `non-?deliver`, `failure (?:notice|delivery)`, `failed (?:mail|delivery)`, `returned (?:mail|e-?mail|to sender)`,
	`(?:mail|message|e-?mail)?\s*delivery (?:status|has failed|has been delayed|failed|failure|problem|error|report|notification|warning|incomplete|unsuccessful|subsystem|system)`,
	`permanent delivery failure`, `(?:mail|message) (?:system error|failure|failed|error|could not be delivered|not delivered|undeliverable|delivery|delayed)`,
	`your (?:message|mail|e-?mail) .{0,200}(?:could not be delivered|was not delivered|rejected|delayed)`,
	`delayed mail`, `warning: (?:message|could not send)`, `message status`, `there was an error sending your mail`, `address not found`,
	`(?:messaggio |posta |e-?mail )?non (?:recapitabile|recapitat[oa]|consegnat[oa]|consegnabile)`, `mancat[ao] (?:consegna|recapito)`,
	`notifica (?:sullo |di |dello )?(?:stato|mancata|ritardo|mancato)`, `(?:errore|ritardo|problema) (?:di|nella|nel) (?:consegna|recapito)`,
	`(?:consegna|recapito) (?:fallit|non riuscit|ritardat|posticipat|in ritardo)`, `impossibile (?:recapitare|consegnare)`, `messaggio (?:respinto|rifiutato)`,
	`unzustellbar`, `nicht (?:zustellbar|zugestellt)`, `zustellung(?:sfehler| fehlgeschlagen)`,
	`non remis`, `non distribu`, `(?:message )?non délivr`, `échec (?:de |d.)?(?:la )?(?:remise|livraison|distribution)`, `notification d.état de remise`,
	`no se (?:pudo|puede|ha podido) entregar`, `no entregado`, `error (?:en la|de) entrega`, `notificación de estado`, `mensaje (?:devuelto|no entregado)`,
}, `|`) + `)`)

// bounceText are the sentences in which they say that a message did not arrive.
var bounceText = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`(?:could|can|did|was|were|has|have|is|are)\s?n[o']t (?:be |been |yet been |yet be )?(?:deliver|reach|accepted|possible to deliver)`, `cannot be delivered`,
	`(?:unable|wasn't able|not able|not possible|failed|trouble|error|attempting) (?:to deliver|delivering)`, `(?:unable|impossible) to (?:be deliver|send)`,
	`did not (?:reach|receive)`, `delivery (?:to|of) .{0,80}(?:failed|delayed|postponed|aborted)`, `deliver[ey]+ to the following`, `delivery (?:has )?failed`, `delivery attempts`,
	`following (?:address|recipient)`, `address(?:es)? (?:had|failed|follow)`, `delivery (?:errors|problems|failure)`, `permanent (?:fatal )?(?:error|failure)`,
	`(?:unknown|invalid|no such) (?:final delivery )?(?:user|recipient|address|mailbox|local)`, `user (?:is )?unknown`, `undeliverable`, `undelivered`, `non-?delivery`,
	`(?:mailbox|quota|user mailbox|inbox) .{0,40}(?:full|exceed)`, `returned (?:below|to sender)`, `has been (?:delayed|postponed|rejected|returned)`, `rejected by`, `is delayed`,
	`error processing your mail`, `did not exactly match`, `no valid recipients`, `error was detected while processing`, `failure reasons`,
	`non è stat[oa] (?:ancora )?(?:possibile )?(?:recapit|consegn|inoltr)`, `(?:impossibile|non (?:può|possono) essere|non è possibile) (?:recapit|consegn)`, `non (?:è )?recapit`,
	`(?:indirizzo|destinatario|utente|casella).{0,60}(?:inesistente|sconosciut|non esiste|non trovat|pien[ao])`, `mancat[ao] (?:consegna|recapito)`,
	`konnte(?:n)? nicht (?:zugestellt|ausgeliefert|übermittelt)`, `nicht zugestellt`, `unzustellbar`,
	`n.a (?:pas )?pu être (?:remis|distribué|délivré|livré)`, `n.a pas été (?:remis|distribué|délivré)`,
	`no (?:se )?(?:pudo|puede|ha podido) (?:ser )?(?:entreg|envi)`, `no ha sido entregado`,
}, `|`))

// machineText is what only programs say of themselves.
var machineText = regexp.MustCompile(`(?i)non-?delivery report|(?:was |been )?(?:created|generated) automatically|automatically generated|automated message|mail delivery (?:software|system|agent|subsystem)|generato automaticamente`)

// delayWords and finalWords tell a warning from a failure.
var (
	delayWords = regexp.MustCompile(`(?i)\bdelay(?:ed)?\b|warning|not yet been (?:able to be )?delivered|(?:will|to) (?:be )?(?:retried|continue)|will (?:keep|re)\s?try|still (?:being retried|trying)|attempts will continue|delivery attempts will|no action is required|temporary failure report|has been postponed|in ritardo|ritardat|ancora (?:stat[oa] )?(?:recapit|consegn)|nuov[io] tentativ|verzöger|retard[ée]|retrasad`)
	finalWords = regexp.MustCompile(`(?i)giv(?:en|ing) up|permanent(?:ly)? (?:fatal |delivery )?(?:error|fail)|failed permanently|permanent error|has been removed from|will not (?:be retried|retry)|not going to try again|no further (?:delivery )?attempts|non verranno effettuati altri|errore permanente`)
)

// machineLocal and machineName are how mail systems call themselves.
var (
	machineLocal = regexp.MustCompile(`(?i)^(?:mail(?:er)?-?daemon|post[-_.]?master|mdaemon|mail[-_.]delivery[-_.]?(?:sub)?system|microsoftexchange[0-9a-f]+|bounces?|.*(?:antivirus|smtp[-_]gateway|mailer-daemon).*)$`)
	machineName  = regexp.MustCompile(`(?i)mail deliver(?:y)? (?:sub)?system|mailer[- ]daemon|\bpostmaster\b|internet mail delivery|system administrator|mail administrator|amministratore (?:di|del) sistema|sistema di (?:recapito|posta)`)
)

// fromMachine reports whether the sender is a mail system, or nobody.
func fromMachine(m *mime.Message) bool {
	if !m.Header.Has("From") {
		return m.Header.Len() > 0 && nullPath(m)
	}
	named := false
	for _, list := range [][]mime.Address{m.From, m.Sender} {
		for _, a := range list {
			local, _, _ := strings.Cut(a.Addr, "@")
			if machineLocal.MatchString(local) || machineName.MatchString(a.Name) || a.Addr == "" && machineLocal.MatchString(strings.TrimSpace(a.Name)) {
				return true
			}
			named = named || a.Addr != ""
		}
	}
	return !named && strings.Contains(m.Header.Raw("From"), "<>")
}

// nullPath: RFC 5321 §4.5.5. Some write the name of the program instead.
func nullPath(m *mime.Message) bool {
	path := strings.ToLower(strings.TrimSpace(m.Header.Raw("Return-Path")))
	return path == "<>" || strings.HasPrefix(path, "<mailer-daemon")
}
