package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/mail"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	mailmime "sportello/mailbox/mime"
)

// The limits of what one writes as a municipality.
const (
	doorMaxForm = 12 << 20
	doorMaxFile = 10 << 20
	doorMaxText = 100_000
)

type doorWritePage struct {
	doorPage
	Officers      []demoOfficer
	Officer       int // index into Officers
	PEC           bool
	Subject, Text string
	Error         string
}

func (d *door) showWrite(w http.ResponseWriter, _ *http.Request) error {
	return d.render(w, http.StatusOK, "scrivi", doorWritePage{doorPage: d.page("Scrivi come Comune"), Officers: demoOfficers})
}

// write submits a new message of an officer.
func (d *door) write(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, doorMaxForm)
	p := doorWritePage{doorPage: d.page("Scrivi come Comune"), Officers: demoOfficers}
	files, err := p.read(r)
	if err != nil {
		return err
	}
	if p.Error != "" {
		return d.render(w, http.StatusUnprocessableEntity, "scrivi", p)
	}
	officer, box := demoOfficers[p.Officer], demoBox
	draft := demoDraft{Style: styleFor(officer.Client, p.Text), From: mail.Address{Name: officer.Name, Address: officer.Address},
		Subject: p.Subject, Text: p.Text + "\n\n" + officer.signature(), Files: files, At: d.post.now()}
	if p.PEC {
		box = demoPECBox
		draft.Style = styleFor("protocol", p.Text)
		draft.From = mail.Address{Name: officer.Body, Address: officer.PEC}
	}
	draft.To, draft.ID = box, strings.ToLower(rand.Text())+"@"+domainOfAddress(draft.From.Address)
	raw, err := draft.build()
	if err != nil {
		return fmt.Errorf("write as %s: %w", officer.Address, err)
	}
	if err := d.post.submit(p.PEC, draft.From.Address, box, raw); err != nil {
		return err
	}
	http.Redirect(w, r, "/?inviato", http.StatusSeeOther)
	return nil
}

// read takes the form; Error says what is wrong with it.
func (p *doorWritePage) read(r *http.Request) ([]demoFile, error) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			return nil, errDoorTooLarge
		}
		return nil, &doorError{http.StatusBadRequest, "Il modulo è incompleto: ricarica la pagina."}
	}
	defer r.MultipartForm.RemoveAll()
	p.PEC = r.FormValue("via") == "pec"
	p.Subject, p.Text = mailmime.CleanLine(r.FormValue("oggetto")), doorText(r.FormValue("testo"))
	n, err := strconv.Atoi(r.FormValue("chi"))
	if err != nil || n < 0 || n >= len(demoOfficers) {
		return nil, &doorError{http.StatusBadRequest, "Scegli chi scrive fra quelli proposti."}
	}
	p.Officer = n
	switch {
	case p.Subject == "":
		p.Error = "Manca l'oggetto."
	case len(p.Subject) > 500:
		p.Error = "L'oggetto è troppo lungo."
	case p.Text == "":
		p.Error = "Manca il testo."
	case len(p.Text) > doorMaxText:
		p.Error = "Il testo è troppo lungo."
	}
	return doorFilesOf(r.MultipartForm.File["allegato"])
}

var errDoorTooLarge = &doorError{http.StatusRequestEntityTooLarge, "L'allegato supera i 10 MB."}

// doorText is what was typed, without control characters and with plain line ends.
func doorText(s string) string {
	return strings.TrimSpace(mailmime.CleanText(strings.ReplaceAll(s, "\r\n", "\n")))
}

// styleFor is the officer's mail program, or one that encodes lines which SMTP
// would not carry (RFC 5321 §4.5.3.1.6).
func styleFor(client, text string) string {
	long := slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool { return len(line) > 900 })
	if long && demoClients[client].encoding == "8bit" {
		return "webmail"
	}
	return client
}

// doorFilesOf reads the one attachment, if there is one.
func doorFilesOf(headers []*multipart.FileHeader) ([]demoFile, error) {
	if len(headers) == 0 || headers[0].Filename == "" {
		return nil, nil
	}
	h := headers[0]
	if h.Size > doorMaxFile {
		return nil, errDoorTooLarge
	}
	f, err := h.Open()
	if err != nil {
		return nil, fmt.Errorf("attachment: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, doorMaxFile))
	if err != nil {
		return nil, fmt.Errorf("attachment: %w", err)
	}
	name := doorFileName(h.Filename)
	return []demoFile{{Name: name, Type: doorFileType(name), Data: data}}, nil
}

// doorFileName is a name that can stand in a header: no path, no quotes.
func doorFileName(name string) string {
	name = path.Base(strings.ReplaceAll(mailmime.CleanLine(name), `\`, "/"))
	name = strings.NewReplacer(`"`, "'", "\r", "", "\n", "").Replace(name)
	for len(name) > 120 {
		_, n := utf8.DecodeRuneInString(name)
		name = name[n:] // the end says what it is
	}
	if name == "" || name == "." || name == "/" {
		return "allegato"
	}
	return name
}

func doorFileType(name string) string {
	types := map[string]string{".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".txt": "text/plain",
		".zip": "application/zip", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".p7m": "application/pkcs7-mime"}
	if t := types[strings.ToLower(path.Ext(name))]; t != "" {
		return t
	}
	return "application/octet-stream"
}

type doorReplyPage struct {
	doorPage
	Message     demoSent
	As          demoOfficer
	Text, Error string
}

func (d *door) replyPage(m demoSent) doorReplyPage {
	return doorReplyPage{doorPage: d.page("Rispondi"), Message: d.local([]demoSent{m})[0], As: officerAt(m.To[0])}
}

func (d *door) showReply(w http.ResponseWriter, r *http.Request) error {
	m, _, _, err := d.find(r)
	if err != nil {
		return err
	}
	return d.render(w, http.StatusOK, "rispondi", d.replyPage(m))
}

// reply submits the answer of whoever received the message, as the mail
// program there builds it: In-Reply-To, References and the quotation below.
func (d *door) reply(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, doorMaxForm)
	m, _, raw, err := d.find(r)
	if err != nil {
		return err
	}
	p := d.replyPage(m)
	if p.Text = doorText(r.FormValue("testo")); p.Text == "" || len(p.Text) > doorMaxText {
		p.Error = "Scrivi un testo, di non più di 100.000 caratteri."
		return d.render(w, http.StatusUnprocessableEntity, "rispondi", p)
	}
	p.As.Client = styleFor(p.As.Client, p.Text)
	answer, err := officerReply(raw, p.As, p.Text, d.post.now())
	if err != nil {
		return err
	}
	head, err := readDemoHead(raw)
	if err != nil {
		return err
	}
	if err := d.post.submit(isPEC(p.As.Address), p.As.Address, head.from.Address, answer); err != nil {
		return err
	}
	http.Redirect(w, r, "/?inviato", http.StatusSeeOther)
	return nil
}
