package main

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
)

// checkMailbox looks at one mailbox; prefix ends in a dot.
func (l *configLoader) checkMailbox(prefix string, m *MailboxConfig, deskName string) {
	if m.Name == "" {
		m.Name = deskName
	} else {
		l.checkText(prefix+"name", m.Name)
	}
	l.checkAddress(prefix+"address", m.Address)
	l.checkIMAP(prefix+"imap.", &m.IMAP)
	l.checkSMTP(prefix+"smtp.", &m.SMTP)
	l.checkOAuth(prefix+"oauth2.", m)
	l.between(prefix+"ack.hourly_limit", m.Ack.HourlyLimit, 1, 10_000)
}

func (l *configLoader) checkAddress(key, address string) {
	if address == "" {
		l.faults.add(key, `manca; atteso l'indirizzo della casella, come "sportello@example.it"`)
		return
	}
	a, err := mail.ParseAddress(address)
	_, domain, _ := strings.Cut(address, "@")
	if err != nil || a.Address != address || a.Name != "" || !isASCII(address) || !validHost(domain) {
		l.faults.add(key, `%s: atteso un indirizzo senza nome, come "sportello@example.it"`, quoteShort(address))
	}
}

func (l *configLoader) checkIMAP(prefix string, s *IMAPConfig) {
	s.Port = portOr(s.Port, s.TLS, 993, 143, 143)
	l.checkHost(prefix+"host", s.Host, "IMAP")
	l.between(prefix+"port", s.Port, 1, 65535)
	l.checkTLS(prefix+"tls", s.TLS, s.Host)
	l.checkLine(prefix+"username", s.Username)
	if s.Username == "" {
		l.faults.add(prefix+"username", "manca; atteso il nome utente con cui si accede alla casella")
	}
	if s.Auth == AuthXOAuth2 {
		l.noPassword(prefix, s.Password, s.PasswordFile)
	} else if s.Password.Reveal() == "" {
		l.missingPassword(prefix)
	}
	l.checkFolders(prefix, s)
	l.spanBetween(prefix+"poll_interval", s.PollInterval, time.Second, time.Hour)
	if s.MaxMessageSize < 100_000 || s.MaxMessageSize > 500_000_000 {
		l.faults.add(prefix+"max_message_size", "attesa una dimensione da 100kB a 500MB")
	}
}

func (l *configLoader) checkFolders(prefix string, s *IMAPConfig) {
	if s.Folder == "" {
		l.faults.add(prefix+"folder", `vuoto; atteso il nome della cartella da leggere, come "INBOX"`)
	}
	l.checkLine(prefix+"folder", s.Folder)
	l.checkLine(prefix+"processed_folder", s.ProcessedFolder)
	l.checkLine(prefix+"sent_folder", s.SentFolder)
	// Moved or appended there, our own doing would come in again as new mail.
	if s.ProcessedFolder != "" && s.ProcessedFolder == s.Folder {
		l.faults.add(prefix+"processed_folder", "attesa una cartella diversa da quella che si legge")
	}
	if s.SentFolder != "" && s.SentFolder == s.Folder {
		l.faults.add(prefix+"sent_folder", "attesa una cartella diversa da quella che si legge")
	}
}

func (l *configLoader) checkSMTP(prefix string, s *SMTPConfig) {
	s.Port = portOr(s.Port, s.TLS, 465, 587, 25)
	l.checkHost(prefix+"host", s.Host, "SMTP")
	l.between(prefix+"port", s.Port, 1, 65535)
	l.checkTLS(prefix+"tls", s.TLS, s.Host)
	l.checkLine(prefix+"username", s.Username)
	switch {
	case s.Auth == AuthXOAuth2:
		l.noPassword(prefix, s.Password, s.PasswordFile)
		if s.Username == "" {
			l.faults.add(prefix+"username", "manca; atteso l'indirizzo della casella da cui si spedisce")
		}
	case s.Username != "" && s.Password.Reveal() == "":
		l.missingPassword(prefix)
	case s.Username == "" && s.Password.Reveal() != "":
		l.faults.add(prefix+"username", "manca accanto a una password; atteso il nome utente, oppure nessuna password")
	}
}

// missingPassword stays silent where the file that should hold it has a fault
// of its own.
func (l *configLoader) missingPassword(prefix string) {
	if !l.faults.seen[prefix+"password_file"] {
		l.faults.add(prefix+"password", `manca; atteso password_file = "/percorso" oppure password = "…"`)
	}
}

// noPassword refuses one that nobody would use: who wrote it means to log in
// with it.
func (l *configLoader) noPassword(prefix string, password Secret, file string) {
	if password.Reveal() != "" || file != "" {
		l.faults.add(prefix+"password", `indicata insieme a auth = "xoauth2"; attesa solo con auth = "password"`)
	}
}

// checkLine refuses what could end a line of IMAP or SMTP.
func (l *configLoader) checkLine(key, s string) {
	if len(s) > 500 || strings.ContainsFunc(s, unicode.IsControl) {
		l.faults.add(key, "atteso un testo di una riga, al massimo 500 byte, senza caratteri di controllo")
	}
}

// portOr gives the usual port of the mode where none is set.
func portOr(port int, mode TLSMode, implicit, start, none int) int {
	if port != 0 {
		return port
	}
	return map[TLSMode]int{TLSImplicit: implicit, TLSStart: start, TLSNone: none}[mode]
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}
