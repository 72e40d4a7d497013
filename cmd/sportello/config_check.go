package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sportello/helpdesk/registry"
)

// check looks at each value and at what they mean together, and puts in the
// defaults that depend on other values.
func (l *configLoader) check(c *Config) {
	if c.DataDir == "" {
		l.faults.add("data_dir", `manca; attesa la cartella dell'archivio, come "/var/lib/sportello"`)
	}
	l.checkBaseURL(c)
	l.checkTimezone(c)
	l.checkText("name", c.Name)
	l.checkText("centre", c.Centre)
	l.checkPublic(c)
	l.checkCatchment(c)
	l.checkWeb(&c.Web)
	l.between("mail.answer_within_hours", c.Mail.AnswerWithinHours, 1, 500)
	l.between("mail.close_after_days", c.Mail.CloseAfterDays, 1, 365)
	l.between("mail.grace_days", c.Mail.GraceDays, 0, 3650)
	l.checkMailboxes(c)
}

// checkPublic looks at what the public pages say; nothing of it is needed.
func (l *configLoader) checkPublic(c *Config) {
	l.checkLink("privacy_url", c.PrivacyURL, "per la pagina del programma")
	l.checkLink("accessibility_url", c.Statement, "se la dichiarazione non c'è ancora")
	if c.Contact != "" {
		l.checkAddress("contact", c.Contact)
	}
	if c.DPO != "" {
		l.checkAddress("dpo", c.DPO)
	}
	if c.Controller != "" {
		l.checkText("controller", c.Controller)
	}
	if c.Retention != "" && (len(c.Retention) > 1000 || oneLine(c.Retention) != c.Retention) {
		l.faults.add("retention", "atteso un testo di una riga, al massimo 1.000 byte, senza caratteri di controllo")
	}
}

// checkCatchment: a region misspelt would leave its towns out in silence.
func (l *configLoader) checkCatchment(c *Config) {
	for _, name := range c.Catchment {
		_, province := registry.ProvinceByCode(name)
		if !province && !slices.Contains(registry.Regions(), name) {
			l.faults.add("catchment", `%s: attesi regioni per nome e province per sigla, come ["Lombardia", "NO"]`, quoteShort(name))
		}
	}
}

func (l *configLoader) checkLink(key, link, empty string) {
	if link == "" {
		return
	}
	if u, err := url.Parse(link); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		l.faults.add(key, `atteso un indirizzo che comincia con https://, oppure "" %s`, empty)
	}
}

func (l *configLoader) checkBaseURL(c *Config) {
	const key = "base_url"
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	// The address itself stays out of the messages: it might hold a password.
	u, err := url.Parse(c.BaseURL)
	switch {
	case c.BaseURL == "":
		l.faults.add(key, `manca; atteso l'indirizzo con cui si raggiunge lo sportello, come "https://sportello.example.it"`)
	case err != nil || u.Host == "" || !validHost(u.Hostname()) || u.Scheme != "https" && u.Scheme != "http":
		l.faults.add(key, `atteso un indirizzo come "https://sportello.example.it"`)
	case u.User != nil || u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		l.faults.add(key, "attesi solo schema, nome e porta, senza utente, percorso, parametri o frammento")
	case u.Port() != "" && !validPort(u.Port(), 1):
		l.faults.add(key, "attesa una porta da 1 a 65535")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		l.faults.add(key, "atteso https: http è ammesso solo per un indirizzo di questa macchina, come http://127.0.0.1:8080")
	}
}

func (l *configLoader) checkTimezone(c *Config) {
	loc, err := time.LoadLocation(c.Timezone)
	// "" and "Local" load too, but mean another zone on each machine.
	if err != nil || c.Timezone == "" || c.Timezone == "Local" {
		l.faults.add("timezone", `%s: atteso il nome di un fuso orario, come "Europe/Rome"`, quoteShort(c.Timezone))
		return
	}
	c.Location = loc
}

func (l *configLoader) checkWeb(w *WebConfig) {
	host, port, err := net.SplitHostPort(w.Listen)
	if err != nil || host != "" && !validHost(host) || !validPort(port, 0) {
		l.faults.add("web.listen", `%s: attesi un indirizzo e una porta, come "127.0.0.1:8080"`, quoteShort(w.Listen))
	}
	for _, p := range w.TrustedProxies {
		_, errAddr := netip.ParseAddr(p)
		_, errPrefix := netip.ParsePrefix(p)
		if errAddr != nil && errPrefix != nil {
			l.faults.add("web.trusted_proxies", `%s: atteso un indirizzo o un intervallo IP, come "10.0.0.1" o "10.0.0.0/8"`, quoteShort(p))
		}
	}
	l.spanBetween("web.session_idle", w.SessionIdle, time.Minute, 24*time.Hour)
	l.spanBetween("web.session_max", w.SessionMax, time.Minute, 30*24*time.Hour)
	if w.SessionIdle > w.SessionMax {
		l.faults.add("web.session_idle", "%s: atteso non più di web.session_max, che è %s", w.SessionIdle, w.SessionMax)
	}
}

// checkText refuses what would break a mail header or a page's title.
func (l *configLoader) checkText(key, s string) {
	if strings.TrimSpace(s) == "" {
		l.faults.add(key, "vuoto; atteso un testo di una riga")
	} else if len(s) > 200 || oneLine(s) != s {
		l.faults.add(key, "atteso un testo di una riga, al massimo 200 byte, senza caratteri di controllo")
	}
}

func (l *configLoader) between(key string, n, low, high int) {
	if n < low || n > high {
		l.faults.add(key, "%d: atteso un numero da %d a %d", n, low, high)
	}
}

func (l *configLoader) spanBetween(key string, d Duration, low, high time.Duration) {
	if time.Duration(d) < low || time.Duration(d) > high {
		l.faults.add(key, "%s: attesa una durata da %s a %s", d, low, high)
	}
}

// checkHost looks at the name of a mail server.
func (l *configLoader) checkHost(key, host, what string) {
	if host == "" {
		l.faults.add(key, `manca; atteso il nome del server %s, come "%s.example.it"`, what, strings.ToLower(what))
	} else if !validHost(host) {
		l.faults.add(key, "%s: atteso il nome o l'indirizzo IP di un server, senza schema e senza porta", quoteShort(host))
	}
}

// checkTLS refuses to send a password or a message in the clear over a network.
func (l *configLoader) checkTLS(key string, mode TLSMode, host string) {
	if mode == TLSNone && !isLoopback(host) {
		l.faults.add(key, `"none": atteso "tls" o "starttls"; "none" è ammesso solo per un server su questa macchina (127.0.0.1, ::1, localhost)`)
	}
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?$`)

func validHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return hostName.MatchString(host)
}

func validPort(port string, low uint64) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n >= low
}

// isLoopback trusts the name localhost, which RFC 6761 §6.3 keeps on the
// machine, and asks no resolver about any other.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.Unmap().IsLoopback()
}

func (l *configLoader) checkMailboxes(c *Config) {
	if len(c.Mailboxes) == 0 {
		l.faults.add("mailbox", "manca; attesa almeno una sezione [[mailbox]]")
	}
	addresses, folders := map[string]int{}, map[string]int{}
	for i := range c.Mailboxes {
		m, prefix := &c.Mailboxes[i], fmt.Sprintf("mailbox[%d].", i+1)
		l.checkMailbox(prefix, m, c.Name)
		address := strings.ToLower(m.Address)
		if first := addresses[address]; first > 0 && address != "" {
			l.faults.add(prefix+"address", "%s è già l'indirizzo di mailbox[%d]; atteso un altro", quoteShort(m.Address), first)
		} else {
			addresses[address] = i + 1
		}
		// Two ledgers over one folder would take every message in twice.
		folder := fmt.Sprintf("%s|%d|%s|%s", strings.ToLower(m.IMAP.Host), m.IMAP.Port, m.IMAP.Username, m.IMAP.Folder)
		if first := folders[folder]; first > 0 && m.IMAP.Host != "" {
			l.faults.add(prefix+"imap.folder", "è la stessa cartella di mailbox[%d], con lo stesso utente; attesa un'altra", first)
		} else {
			folders[folder] = i + 1
		}
	}
}
