package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// demoMemory is what a demo must know of itself when it is started again.
type demoMemory struct {
	Begun  time.Time     // the demo's now at its first start
	Ahead  time.Duration // of the demo's clock before the machine's
	Seeded bool
}

func (d *demo) memoryPath() string { return filepath.Join(d.dir, "demo.json") }

// recall reads the memory, or begins one.
func (d *demo) recall() error {
	b, err := os.ReadFile(d.memoryPath())
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("demo: %w", err)
	default:
		if err := json.Unmarshal(b, &d.memory); err != nil {
			return fmt.Errorf("demo: %s: %w", d.memoryPath(), err)
		}
	}
	if !d.at.IsZero() {
		d.memory.Ahead = time.Until(d.at)
	}
	if d.memory.Begun.IsZero() {
		d.memory.Begun = d.now().Truncate(time.Second)
	}
	return d.remember()
}

func (d *demo) remember() error {
	b, err := json.Marshal(d.memory)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return writeWhole(d.memoryPath(), b)
}

// now is the clock of everything in the demo.
func (d *demo) now() time.Time { return time.Now().Add(d.memory.Ahead) }

// config is what an operator would have written for this demo.
func (d *demo) config(host, port string) (*Config, error) {
	office, err := theDemoOffice()
	if err != nil {
		return nil, err
	}
	if port == "0" { // base_url must name the port before the program listens
		ln, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		_, port, _ = net.SplitHostPort(ln.Addr().String())
		if err := ln.Close(); err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
	}
	c := defaultConfig()
	c.DataDir, c.Web.Listen = d.dir, net.JoinHostPort(host, port)
	c.BaseURL, c.Location = "http://"+c.Web.Listen, office.rome
	c.Mail.AnswerWithinHours = 8 * demoAnswerDays
	for _, m := range []struct {
		name, address string
		kind          Kind
		smtp          int
	}{
		{"Sportello PNRR", demoBox, KindOrdinary, d.post.ordinaryPort},
		{"Sportello PNRR", demoPECBox, KindPEC, d.post.certifiedPort},
	} {
		box := defaultMailbox()
		box.Name, box.Address, box.Kind, box.Start = m.name, m.address, m.kind, Start{Mode: StartAll}
		box.IMAP.Host, box.IMAP.Port, box.IMAP.TLS = "127.0.0.1", d.post.imapPort, TLSNone
		box.IMAP.Username, box.IMAP.Password = m.address, NewSecret(d.post.password)
		box.IMAP.PollInterval, box.IMAP.MaxMessageSize = Duration(5*time.Second), demoMaxMessage
		box.SMTP.Host, box.SMTP.Port, box.SMTP.TLS = "127.0.0.1", m.smtp, TLSNone
		box.SMTP.Username, box.SMTP.Password = demoMailUser, NewSecret(d.post.password)
		c.Mailboxes = append(c.Mailboxes, box)
	}
	return &c, nil
}

// writeConfig leaves the configuration beside the data, so that the other
// commands work on a running demo: sportello verify -config DIR/sportello.toml.
func (d *demo) writeConfig(c *Config) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Written by «sportello demo» at each start; the ports and passwords change every time.\n"+
		"data_dir = %q\nbase_url = %q\n[web]\nlisten = %q\n[mail]\nanswer_within_hours = %d\n",
		c.DataDir, c.BaseURL, c.Web.Listen, c.Mail.AnswerWithinHours)
	for _, m := range c.Mailboxes {
		fmt.Fprintf(&b, "\n[[mailbox]]\nname = %q\naddress = %q\nkind = %q\nstart = %q\n", m.Name, m.Address, m.Kind, m.Start.Mode)
		fmt.Fprintf(&b, "[mailbox.imap]\nhost = %q\nport = %d\ntls = %q\nusername = %q\npassword = %q\n",
			m.IMAP.Host, m.IMAP.Port, m.IMAP.TLS, m.IMAP.Username, m.IMAP.Password.Reveal())
		fmt.Fprintf(&b, "[mailbox.smtp]\nhost = %q\nport = %d\ntls = %q\nusername = %q\npassword = %q\n",
			m.SMTP.Host, m.SMTP.Port, m.SMTP.TLS, m.SMTP.Username, m.SMTP.Password.Reveal())
	}
	return writeWhole(filepath.Join(d.dir, "sportello.toml"), []byte(b.String()))
}

// writeWhole replaces a small file, or leaves it as it was.
func writeWhole(path string, data []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}
