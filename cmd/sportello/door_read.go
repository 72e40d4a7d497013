package main

import (
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sportello/helpdesk/richtext"
	mailmime "sportello/mailbox/mime"
	"sportello/web"
)

// doorPage is what every page of the door has.
type doorPage struct {
	Title    string
	Progress string // of the seeding, "" when done
}

func (d *door) page(title string) doorPage {
	return doorPage{Title: title, Progress: *d.progress.Load()}
}

type doorErrorPage struct {
	doorPage
	Message string
}

var doorFuncs = template.FuncMap{
	"quando":  func(t time.Time) string { return t.Format("02/01/2006 15:04") },
	"insieme": func(list []string) string { return strings.Join(list, ", ") },
}

// doorPageSize is how many messages one page lists.
const doorPageSize = 50

type doorListPage struct {
	doorPage
	Messages []demoSent
	Earlier  int  // id before which the next page begins, 0 for none
	Done     bool // a message was just handed over
}

func (d *door) list(w http.ResponseWriter, r *http.Request) error {
	before, _ := strconv.Atoi(r.URL.Query().Get("prima")) // what is no number is the first page
	list, more := d.post.received(before, doorPageSize)
	p := doorListPage{doorPage: d.page("Messaggi ricevuti"), Messages: d.local(list), Done: r.URL.Query().Has("inviato")}
	if more {
		p.Earlier = list[len(list)-1].ID
	}
	return d.render(w, http.StatusOK, "elenco", p)
}

// local shows times as they are in Italy.
func (d *door) local(list []demoSent) []demoSent {
	office, err := theDemoOffice()
	if err != nil {
		return list
	}
	for i := range list {
		list[i].At = list[i].At.In(office.rome)
	}
	return list
}

type doorMessagePage struct {
	doorPage
	Message  demoSent
	From, Cc string
	Text     template.HTML // by richtext.Text, which escapes
	HTML     bool          // there is an HTML part, shown in a frame
	Files    []doorFile
}

type doorFile struct {
	Number   int
	Name     string
	Size     int
	Calendar string // the text of an .ics
}

func (d *door) show(w http.ResponseWriter, r *http.Request) error {
	m, mail, _, err := d.find(r)
	if err != nil {
		return err
	}
	p := doorMessagePage{
		doorPage: d.page(m.Subject), Message: d.local([]demoSent{m})[0], From: people(mail.From), Cc: people(mail.Cc),
		Text: template.HTML(richtext.Text(mail.Text())), HTML: mail.HTML() != "",
	}
	for i, part := range mail.Attachments() {
		f := doorFile{Number: i + 1, Name: part.Filename, Size: len(part.Body)}
		if f.Name == "" {
			f.Name = "parte " + strconv.Itoa(i+1)
		}
		if part.Type == "text/calendar" {
			f.Calendar = part.Text()
		}
		p.Files = append(p.Files, f)
	}
	return d.render(w, http.StatusOK, "messaggio", p)
}

func people(list []mailmime.Address) string {
	var said []string
	for _, a := range list {
		if a.Name == "" {
			said = append(said, a.Addr)
		} else {
			said = append(said, a.Name+" <"+a.Addr+">")
		}
	}
	return strings.Join(said, ", ")
}

// find is the message that the address of the page names.
func (d *door) find(r *http.Request) (demoSent, *mailmime.Message, []byte, error) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return demoSent{}, nil, nil, errDoorUnknown
	}
	m, raw, ok, err := d.post.message(id)
	if err != nil {
		return m, nil, nil, err
	}
	if !ok {
		return m, nil, nil, errDoorUnknown
	}
	return m, mailmime.Read(raw), raw, nil
}

// showHTML is the document of the frame: the mail as its reader's program would
// show it, where nothing runs and nothing is fetched. Links open beside it.
func (d *door) showHTML(w http.ResponseWriter, r *http.Request) error {
	_, mail, _, err := d.find(r)
	if err != nil {
		return err
	}
	inline := map[string]*mailmime.Part{}
	for _, p := range mail.Attachments() {
		if p.ContentID != "" {
			inline[p.ContentID] = p
		}
	}
	body := richtext.Original(mail.HTML(), func(cid string) (string, bool) {
		p := inline[cid]
		if p == nil || p.Type != "image/png" && p.Type != "image/jpeg" && p.Type != "image/gif" || len(p.Body) > 1<<20 {
			return "", false
		}
		return "data:" + p.Type + ";base64," + strings.Join(strings.Fields(string(wrapBase64(p.Body))), ""), true
	})
	w.Header().Set("Content-Security-Policy", web.MailPolicy)
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(body))
	return nil
}

// source shows the bytes of a message as text.
func (d *door) source(w http.ResponseWriter, r *http.Request) error {
	_, _, raw, err := d.find(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", web.FilePolicy)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(raw)
	return nil
}

// attachment is always a download: its type is a stranger's word.
func (d *door) attachment(w http.ResponseWriter, r *http.Request) error {
	_, mail, _, err := d.find(r)
	if err != nil {
		return err
	}
	files := mail.Attachments()
	n, err := strconv.Atoi(r.PathValue("numero"))
	if err != nil || n < 1 || n > len(files) {
		return errDoorUnknown
	}
	part := files[n-1]
	w.Header().Set("Content-Security-Policy", web.FilePolicy)
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", disposition(part.Filename))
	_, _ = w.Write(part.Body)
	return nil
}

// disposition names a file by RFC 6266, with RFC 8187 for what is not ASCII.
func disposition(name string) string {
	if v := mime.FormatMediaType("attachment", map[string]string{"filename": name}); v != "" {
		return v
	}
	return "attachment; filename*=UTF-8''" + url.PathEscape(name)
}
