package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// check looks at each value and at what they mean together, and puts in the
// defaults that depend on other values.
func (l *configLoader) check(c *Config) {
	if c.DataDir == "" {
		l.faults.add("data_dir", `missing; expected the folder of the database, as "/var/lib/sportello"`)
	}
	l.checkBaseURL(c)
	l.checkTimezone(c)
	l.checkText("name", c.Name)
	l.checkText("centre", c.Centre)
	if c.PrivacyURL != "" {
		if u, err := url.Parse(c.PrivacyURL); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
			l.faults.add("privacy_url", `expected an address that begins with https://, or "" for the program's own page`)
		}
	}
	l.checkWeb(&c.Web)
	l.between("mail.answer_within_hours", c.Mail.AnswerWithinHours, 1, 500)
	l.between("mail.close_after_days", c.Mail.CloseAfterDays, 1, 365)
	l.between("mail.grace_days", c.Mail.GraceDays, 0, 3650)
	l.checkMailboxes(c)
}

func (l *configLoader) checkBaseURL(c *Config) {
	const key = "base_url"
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	// The address itself stays out of the messages: it might hold a password.
	u, err := url.Parse(c.BaseURL)
	switch {
	case c.BaseURL == "":
		l.faults.add(key, `missing; expected the address under which people reach the desk, as "https://sportello.example.it"`)
	case err != nil || u.Host == "" || !validHost(u.Hostname()) || u.Scheme != "https" && u.Scheme != "http":
		l.faults.add(key, `expected an address as "https://sportello.example.it"`)
	case u.User != nil || u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		l.faults.add(key, "expected only scheme, host and port: no user, path, query or fragment")
	case u.Port() != "" && !validPort(u.Port(), 1):
		l.faults.add(key, "expected a port from 1 to 65535")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		l.faults.add(key, "expected https: plain http is only for an address of this machine, as http://127.0.0.1:8080")
	}
}

func (l *configLoader) checkTimezone(c *Config) {
	loc, err := time.LoadLocation(c.Timezone)
	// "" and "Local" load too, but mean another zone on each machine.
	if err != nil || c.Timezone == "" || c.Timezone == "Local" {
		l.faults.add("timezone", `%s: expected the name of a time zone, as "Europe/Rome"`, quoteShort(c.Timezone))
		return
	}
	c.Location = loc
}

func (l *configLoader) checkWeb(w *WebConfig) {
	host, port, err := net.SplitHostPort(w.Listen)
	if err != nil || host != "" && !validHost(host) || !validPort(port, 0) {
		l.faults.add("web.listen", `%s: expected an address and a port, as "127.0.0.1:8080"`, quoteShort(w.Listen))
	}
	for _, p := range w.TrustedProxies {
		_, errAddr := netip.ParseAddr(p)
		_, errPrefix := netip.ParsePrefix(p)
		if errAddr != nil && errPrefix != nil {
			l.faults.add("web.trusted_proxies", `%s: expected an IP address or range, as "10.0.0.1" or "10.0.0.0/8"`, quoteShort(p))
		}
	}
	l.spanBetween("web.session_idle", w.SessionIdle, time.Minute, 24*time.Hour)
	l.spanBetween("web.session_max", w.SessionMax, time.Minute, 30*24*time.Hour)
	if w.SessionIdle > w.SessionMax {
		l.faults.add("web.session_idle", "%s: expected no more than web.session_max, which is %s", w.SessionIdle, w.SessionMax)
	}
}

// checkText refuses what would break a mail header or a page's title.
func (l *configLoader) checkText(key, s string) {
	if strings.TrimSpace(s) == "" {
		l.faults.add(key, "empty; expected a text of one line")
	} else if len(s) > 200 || oneLine(s) != s {
		l.faults.add(key, "expected a text of one line of at most 200 bytes, without control characters")
	}
}

func (l *configLoader) between(key string, n, low, high int) {
	if n < low || n > high {
		l.faults.add(key, "%d: expected a number from %d to %d", n, low, high)
	}
}

func (l *configLoader) spanBetween(key string, d Duration, low, high time.Duration) {
	if time.Duration(d) < low || time.Duration(d) > high {
		l.faults.add(key, "%s: expected a time from %s to %s", d, low, high)
	}
}

// checkHost looks at the name of a mail server.
func (l *configLoader) checkHost(key, host, what string) {
	if host == "" {
		l.faults.add(key, `missing; expected the name of the %s server, as "%s.example.it"`, what, strings.ToLower(what))
	} else if !validHost(host) {
		l.faults.add(key, "%s: expected a host name or an IP address, without scheme and port", quoteShort(host))
	}
}

// checkTLS refuses to send a password or a message in the clear over a network.
func (l *configLoader) checkTLS(key string, mode TLSMode, host string) {
	if mode == TLSNone && !isLoopback(host) {
		l.faults.add(key, `"none": expected "tls" or "starttls"; "none" is only for a server on this machine (127.0.0.1, ::1, localhost)`)
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
		l.faults.add("mailbox", "missing; expected one [[mailbox]] or more")
	}
	addresses, folders := map[string]int{}, map[string]int{}
	for i := range c.Mailboxes {
		m, prefix := &c.Mailboxes[i], fmt.Sprintf("mailbox[%d].", i+1)
		l.checkMailbox(prefix, m, c.Name)
		address := strings.ToLower(m.Address)
		if first := addresses[address]; first > 0 && address != "" {
			l.faults.add(prefix+"address", "%s is already that of mailbox[%d]; expected another one", quoteShort(m.Address), first)
		} else {
			addresses[address] = i + 1
		}
		// Two ledgers over one folder would take every message in twice.
		folder := fmt.Sprintf("%s|%d|%s|%s", strings.ToLower(m.IMAP.Host), m.IMAP.Port, m.IMAP.Username, m.IMAP.Folder)
		if first := folders[folder]; first > 0 && m.IMAP.Host != "" {
			l.faults.add(prefix+"imap.folder", "the same folder of the same account as mailbox[%d]; expected another one", first)
		} else {
			folders[folder] = i + 1
		}
	}
}
