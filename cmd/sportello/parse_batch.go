package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"sportello/mailbox"
	"sportello/mailbox/mime"
)

// batchJob is one line of what -batch is asked: a file and what is in it.
type batchJob struct {
	ID    string `json:"id"`
	Path  string `json:"path"`
	Input string `json:"input"` // message, text, html or tnef
}

// batchAnswer is one line of what it answers. Subject, sender, text and files
// are those of the message as it arrived; what the person wrote stands in
// VisibleText and, of certified mail, in the fields beginning with Inner.
type batchAnswer struct {
	ID               string      `json:"id"`
	Subject          string      `json:"subject"`
	FromEmail        string      `json:"from_email"`
	FromName         string      `json:"from_name"`
	Text             string      `json:"text"`
	HTML             string      `json:"html,omitempty"`
	VisibleText      string      `json:"visible_text"`
	Attachments      []batchFile `json:"attachments"`
	IsBounce         bool        `json:"is_bounce"`
	IsAuto           bool        `json:"is_auto"`
	BounceRecipients []string    `json:"bounce_recipients,omitempty"`
	PECType          string      `json:"pec_type,omitempty"`
	InnerSubject     string      `json:"inner_subject,omitempty"`
	InnerFrom        string      `json:"inner_from,omitempty"`
	Error            string      `json:"error,omitempty"`
}

// batchFile names a file by what is in it; SHA256NoWS leaves out white space,
// so that line ends make no difference.
type batchFile struct {
	Filename   string `json:"filename"`
	Size       int    `json:"size"`
	SHA256     string `json:"sha256"`
	SHA256NoWS string `json:"sha256_nows"`
	Type       string `json:"content_type"`
}

// parseBatch answers line for line until its input ends, then names the file
// that took longest.
func parseBatch(ctx context.Context, env environment) error {
	in := bufio.NewReader(env.stdin)
	out := json.NewEncoder(env.stdout)
	var slowest struct {
		job  batchJob
		took time.Duration
	}
	n := 0
	for ; ctx.Err() == nil; n++ {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) == 0 && err != nil {
			if err == io.EOF {
				break
			}
			return fmt.Errorf("parse -batch: %w", err)
		}
		start := time.Now()
		job, answer := answerLine(line)
		took := time.Since(start)
		if took > slowest.took {
			slowest.job, slowest.took = job, took
		}
		if err := out.Encode(answer); err != nil {
			return fmt.Errorf("parse -batch: %w", err)
		}
	}
	if n > 0 {
		fmt.Fprintf(env.stderr, "letti %d file; il più lento: %s %s, %d ms\n", n, slowest.job.ID, slowest.job.Path, slowest.took.Milliseconds())
	}
	return ctx.Err()
}

// answerLine reads what one line asks for; what hinders it is in the answer.
func answerLine(line []byte) (batchJob, batchAnswer) {
	var job batchJob
	if err := json.Unmarshal(line, &job); err != nil {
		return job, batchAnswer{ID: job.ID, Error: "la riga non è JSON: " + err.Error()}
	}
	data, err := os.ReadFile(job.Path)
	if err != nil {
		return job, batchAnswer{ID: job.ID, Error: err.Error()}
	}
	answer := answerFile(job.Input, data)
	answer.ID = job.ID
	return job, answer
}

// answerFile answers for all lines but its own even where the reader breaks.
func answerFile(input string, data []byte) (answer batchAnswer) {
	defer func() {
		if p := recover(); p != nil {
			answer = batchAnswer{Error: fmt.Sprintf("il lettore si è fermato: %v", p)}
		}
	}()
	switch input {
	case "message", "":
		return answerMessage(data)
	case "text":
		return answerMessage(append([]byte(textAlone), data...))
	case "html":
		return answerMessage(append([]byte(htmlAlone), data...))
	case "tnef":
		return answerTNEF(data)
	}
	return batchAnswer{Error: "input sconosciuto: " + input}
}

// answerTNEF lists the files of a winmail.dat with those of the messages in it.
func answerTNEF(data []byte) batchAnswer {
	t, ok := mime.OpenTNEF(data)
	if !ok {
		return batchAnswer{Error: "non è un winmail.dat"}
	}
	a := batchAnswer{Subject: t.Subject, FromName: t.Sender, Text: t.Text, HTML: t.HTML, Attachments: tnefFiles(t)}
	if a.Text == "" {
		a.Text = mime.TextFromHTML(t.HTML)
	}
	return a
}

func tnefFiles(t mime.TNEF) []batchFile {
	files := []batchFile{}
	for _, f := range t.Files {
		files = append(files, batchFile{f.Name, len(f.Data), hashed(f.Data), hashed(withoutSpace(f.Data)), f.Type})
		if f.Message != nil {
			files = append(files, tnefFiles(*f.Message)...)
		}
	}
	return files
}

// A body alone is read as that of a message that says nothing else.
const (
	textAlone = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
	htmlAlone = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
)

func answerMessage(raw []byte) batchAnswer {
	e := mailbox.Examine(raw, false)
	in := e.Incoming
	a := batchAnswer{
		Subject: e.Outer.Subject, HTML: e.Outer.HTML(), VisibleText: in.Text, Attachments: batchFiles(e.Outer.Attachments()),
		IsBounce: e.Undelivered(), IsAuto: in.Automatic != "", BounceRecipients: e.Recipients, PECType: e.Certified,
	}
	a.FromEmail, a.FromName = cmp.Or(e.Sender.Addr, e.Outer.BareSender()), e.Sender.Name
	a.Text = e.Outer.Plain()
	if e.Carried != nil {
		a.InnerSubject, a.InnerFrom = e.Carried.Subject, e.CarriedSender().Addr
	}
	return a
}

func batchFiles(parts []*mime.Part) []batchFile {
	files := make([]batchFile, 0, len(parts))
	for _, p := range parts {
		files = append(files, batchFile{p.Filename, len(p.Body), hashed(p.Body), hashed(withoutSpace(p.Body)), p.Type})
	}
	return files
}

func hashed(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// withoutSpace leaves out the bytes 09 to 0D and 20.
func withoutSpace(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		if c != ' ' && (c < '\t' || c > '\r') {
			out = append(out, c)
		}
	}
	return out
}
