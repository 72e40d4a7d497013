package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
)

// parse shows what the reader makes of messages in files. It needs neither
// configuration nor store.
func parse(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "parse", "FILE…|-")
	asJSON := flags.Bool("json", false, "un oggetto JSON per riga invece di un riassunto")
	batch := flags.Bool("batch", false, "legge da standard input una richiesta JSON per riga, risponde con una riga a ciascuna")
	files, err := flags.parse(args, 0, -1)
	switch {
	case err != nil:
		return err
	case *batch && (*asJSON || len(files) > 0):
		return flags.wrong("-batch sta da solo")
	case *batch:
		return parseBatch(ctx, env)
	case len(files) == 0:
		return flags.wrong("manca un argomento")
	}
	for i, name := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		raw, err := readMessage(env, name)
		if err != nil {
			return err
		}
		m := parsed(name, mailbox.Reader{}.Read(raw, false))
		if *asJSON {
			err = json.NewEncoder(env.stdout).Encode(m)
		} else {
			err = m.print(env.stdout, i > 0)
		}
		if err != nil {
			return fmt.Errorf("parse %s: %w", name, err)
		}
	}
	return nil
}

func readMessage(env environment, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(env.stdin)
	}
	return os.ReadFile(name)
}

// parsedMessage is a message as parse shows it.
type parsedMessage struct {
	File        string             `json:"file"`
	Channel     helpdesk.Channel   `json:"channel"`
	From        helpdesk.Address   `json:"from"`
	ReplyTo     []helpdesk.Address `json:"reply_to,omitempty"`
	To          []helpdesk.Address `json:"to,omitempty"`
	Cc          []helpdesk.Address `json:"cc,omitempty"`
	Subject     string             `json:"subject"`
	Date        *time.Time         `json:"date,omitempty"`
	MessageID   string             `json:"message_id"`
	AlsoIDs     []string           `json:"also_ids,omitempty"`
	InReplyTo   []string           `json:"in_reply_to,omitempty"`
	References  []string           `json:"references,omitempty"`
	Text        string             `json:"text"`
	Quoted      string             `json:"quoted,omitempty"`
	HTML        string             `json:"html,omitempty"`
	Attachments []parsedAttachment `json:"attachments,omitempty"`
	Automatic   string             `json:"automatic,omitempty"`
	Report      *helpdesk.Report   `json:"report,omitempty"`
	Protocol    string             `json:"protocol,omitempty"`
	Spam        string             `json:"spam,omitempty"`
	Problem     string             `json:"problem,omitempty"`
}

type parsedAttachment struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
	Inline bool   `json:"inline,omitempty"`
}

func parsed(file string, in helpdesk.Incoming) parsedMessage {
	m := parsedMessage{
		File: file, Channel: in.Channel, From: in.From, ReplyTo: in.ReplyTo, To: in.To, Cc: in.Cc, Subject: in.Subject,
		MessageID: in.MessageID, AlsoIDs: in.AlsoIDs, InReplyTo: in.InReplyTo, References: in.References,
		Text: in.Text, Quoted: in.Quoted, HTML: in.HTML, Automatic: in.Automatic, Report: in.Report,
		Protocol: in.Protocol, Spam: in.Spam, Problem: in.Problem,
	}
	if !in.Date.IsZero() {
		m.Date = &in.Date
	}
	for _, a := range in.Attachments {
		m.Attachments = append(m.Attachments, parsedAttachment{
			a.Name, a.Type, len(a.Blob.Data), hex.EncodeToString(a.Blob.SHA256[:]), a.Inline,
		})
	}
	return m
}

// print writes the summary for people; more parts it from the one before.
func (m parsedMessage) print(w io.Writer, more bool) error {
	var b strings.Builder
	if more {
		b.WriteString("\n")
	}
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-12s %s\n", label+":", value)
		}
	}
	line("File", m.File)
	line("Canale", m.Channel.Label())
	line("Da", m.From.String())
	line("A", addressList(m.To))
	line("Cc", addressList(m.Cc))
	line("Oggetto", m.Subject)
	if m.Date != nil {
		line("Data", m.Date.Format(time.RFC3339))
	}
	line("Id", m.MessageID)
	line("Protocollo", m.Protocol)
	line("Automatico", m.Automatic)
	line("Spam", m.Spam)
	line("Problema", m.Problem)
	for _, a := range m.Attachments {
		line("Allegato", fmt.Sprintf("%s (%s, %d byte)", a.Name, a.Type, a.Size))
	}
	fmt.Fprintf(&b, "\n%s\n", m.Text)
	if m.Quoted != "" {
		fmt.Fprintf(&b, "\n-- citato --\n%s\n", m.Quoted)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func addressList(list []helpdesk.Address) string {
	all := make([]string, len(list))
	for i, a := range list {
		all[i] = a.String()
	}
	return strings.Join(all, ", ")
}
