package web

import (
	"fmt"
	"html/template"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
	"sportello/helpdesk/richtext"
)

// uploadTimeout is how long a form with files may take to arrive.
const uploadTimeout = 5 * time.Minute

// written is what the composer's form holds.
type written struct {
	key, text, to, cc string
	seen              int64
	after             helpdesk.State
	note, preview     bool
	anyway            bool   // «Invia senza allegato»
	from              int64  // mailbox of ours to send from, 0 for the ticket's
	choice            string // azione=da:ID or a:ADDRESS
	warned            string // certified boxes of which the author was told
	measureAsked      bool   // the question of composer_measure.go was put
	settles           bool   // azione=misura: the measure is said, and the answer sent
	measure           string // misura
	files             []*multipart.FileHeader
}

func readWritten(c *gin.Context) (written, error) {
	control := http.NewResponseController(c.Writer) // recorders in tests have no deadlines
	_ = control.SetReadDeadline(time.Now().Add(uploadTimeout))
	_ = control.SetWriteDeadline(time.Now().Add(uploadTimeout + writeTimeout))
	if err := parseForm(c.Request); err != nil {
		return written{}, err
	}
	w := written{
		key: formKey(c), text: textField(c, "testo"), to: field(c, "a"), cc: field(c, "cc"),
		seen: idField(c, "visto"), after: helpdesk.State(field(c, "poi")),
		note: field(c, "tipo") == "nota", preview: field(c, "azione") == "anteprima",
		anyway: field(c, "senza_allegato") != "", from: idField(c, "da"), warned: field(c, "pec_avvisata"),
		measureAsked: field(c, "misura_chiesta") != "", settles: field(c, "azione") == "misura", measure: field(c, "misura"),
	}
	if choice := field(c, "azione"); strings.HasPrefix(choice, "da:") || strings.HasPrefix(choice, "a:") {
		w.choice = choice
	}
	if c.Request.MultipartForm != nil {
		for _, f := range c.Request.MultipartForm.File["allegati"] {
			if f.Filename != "" || f.Size > 0 { // an empty field arrives as a file without name
				w.files = append(w.files, f)
			}
		}
	}
	return w, nil
}

// reply sends an answer. «Nota interna» chosen wins over the button pressed:
// what was written for colleagues must never leave.
func (s *Server) reply(c *gin.Context, u helpdesk.User) error {
	n, err := pathNumber(c)
	if err != nil {
		return err
	}
	w, err := readWritten(c)
	if err != nil {
		return err
	}
	switch {
	case w.preview:
		return s.previewAnswer(c, u, n, w)
	case w.choice != "":
		return s.chooseWay(c, u, n, w)
	case w.note:
		return s.addNote(c, u, n, w)
	}
	if w.settles {
		if err := s.settleMeasure(c.Request.Context(), u, n, w.measure); err != nil {
			return s.composerRefused(c, u, n, w, err)
		}
	}
	if asks, err := s.asks(c, u, n, w); err != nil {
		return fmt.Errorf("reply: %w", err)
	} else if asks != nil {
		return s.composerAnswer(c, u, n, w, http.StatusUnprocessableEntity, asks)
	}
	f := helpdesk.ReplyForm{
		Number: n, Key: w.key, Seen: w.seen, To: []string{w.to}, Cc: []string{w.cc},
		Markdown: w.text, StateAfter: w.after, MailboxID: w.from,
	}
	if f.Attachments, err = readUploads(w.files, s.config.MaxUpload); err == nil {
		err = s.desk.Reply(c.Request.Context(), u, f)
	}
	if err != nil {
		return s.composerRefused(c, u, n, w, err)
	}
	s.sessions.Put(c.Request.Context(), sessionSent, w.key)
	return s.seeOther(c, ticketPath(n), "Risposta in uscita.")
}

// asks is what an answer comes back with before it leaves, all of it at once:
// a file that it speaks of and has not, a certified box, the measure. Nil for
// nothing.
func (s *Server) asks(c *gin.Context, u helpdesk.User, n helpdesk.Number, w written) (func(*composer), error) {
	file := len(w.files) == 0 && !w.anyway && speaksOfAttachment(w.text)
	box, err := s.unwarned(c, u, n, w)
	if err != nil {
		return nil, err
	}
	measure, err := s.unmeasured(c.Request.Context(), n, w)
	if err != nil || !file && !box && !measure {
		return nil, err
	}
	return func(p *composer) {
		p.Missing = file
		if p.Measure != nil && measure {
			p.Measure.Ask, p.MeasureAsked = true, true
		}
	}, nil
}

func (s *Server) note(c *gin.Context, u helpdesk.User) error {
	n, err := pathNumber(c)
	if err != nil {
		return err
	}
	w, err := readWritten(c)
	if err != nil {
		return err
	}
	w.note = true
	if w.preview {
		return s.previewAnswer(c, u, n, w)
	}
	return s.addNote(c, u, n, w)
}

func (s *Server) addNote(c *gin.Context, u helpdesk.User, n helpdesk.Number, w written) error {
	ctx := c.Request.Context()
	if len(w.files) > 0 {
		return s.composerRefused(c, u, n, w, &helpdesk.Error{Code: helpdesk.Invalid, Message: "Le note non hanno allegati: toglili e riprova."})
	}
	if err := s.desk.Note(ctx, u, n, w.key, w.text); err != nil {
		return s.composerRefused(c, u, n, w, err)
	}
	s.sessions.Put(ctx, sessionSent, w.key)
	return s.seeOther(c, ticketPath(n), "Nota aggiunta.")
}

// composerRefused shows the ticket again with what was written and why it was
// not taken; anything else is an error like any other.
func (s *Server) composerRefused(c *gin.Context, u helpdesk.User, n helpdesk.Number, w written, err error) error {
	refusal, ok := refused(err, helpdesk.Invalid, helpdesk.Conflict, helpdesk.Busy)
	if !ok {
		return fmt.Errorf("write on ticket: %w", err)
	}
	status, _ := verdict(refusal)
	if status == http.StatusServiceUnavailable {
		c.Header("Retry-After", "30")
	}
	return s.composerAnswer(c, u, n, w, status, func(p *composer) {
		if refusal.Code == helpdesk.Conflict {
			p.Conflict = true
			return
		}
		p.Error = refusal.Message
	})
}

// composerAnswer keeps the form's key: sent again after a fault on the way, it
// still acts once. A message that came in since the form was made is pointed
// out, whatever the form comes back for; being on the page, it counts as seen.
func (s *Server) composerAnswer(c *gin.Context, u helpdesk.User, n helpdesk.Number, w written, status int, change func(*composer)) error {
	return s.ticketAnswer(c, u, n, status, func(p *ticketPage) {
		k := &p.Composer
		k.Key, k.Text, k.To, k.Cc, k.From = w.key, w.text, w.to, w.cc, w.from
		k.Refiles, k.MeasureAsked = len(w.files) > 0, w.measureAsked
		if k.Measure != nil && (w.measureAsked || w.settles) {
			k.Measure.Ask = true
			choose(k.Measure.Choices, w.measure)
		}
		k.Conflict = w.seen < k.newest
		if w.note {
			k.Kind = "note"
		}
		for i := range k.After {
			k.After[i].Selected = k.After[i].Value == string(w.after)
		}
		change(k)
	})
}

// readUploads reads the files of a form whole: they become one mail.
func readUploads(files []*multipart.FileHeader, limit int64) ([]helpdesk.Attachment, error) {
	var list []helpdesk.Attachment
	for _, f := range files {
		if limit -= f.Size; limit < 0 {
			return nil, &helpdesk.Error{Code: helpdesk.Invalid, Field: "attachments", Message: "Gli allegati superano il limite: togline qualcuno o riducili."}
		}
		data, err := readUpload(f)
		if err != nil {
			return nil, fmt.Errorf("read upload: %w", err)
		}
		list = append(list, helpdesk.Attachment{
			Name: uploadName(f.Filename), Type: uploadType(f.Header.Get("Content-Type")),
			Size: int64(len(data)), Blob: helpdesk.NewBlob(data),
		})
	}
	return list, nil
}

func readUpload(f *multipart.FileHeader) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// maxFileName is the longest name of a file that common systems keep.
const maxFileName = 200

// noFileName stands where nothing of a name can be kept.
const noFileName = "allegato"

// uploadName is the last part of a path without anything that is not seen (S-12, S-13).
func uploadName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "_"), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if name == "" || name == "/" {
		return noFileName
	}
	if len(name) > maxFileName {
		name = strings.ToValidUTF8(name[:maxFileName], "")
	}
	return name
}

// uploadType keeps a well-formed type; it is only passed on.
func uploadType(declared string) string {
	mediaType, _, err := mime.ParseMediaType(declared)
	if err != nil || !strings.Contains(mediaType, "/") {
		return "application/octet-stream"
	}
	return mediaType
}

// previewAnswer shows the ticket again with what the text becomes.
func (s *Server) previewAnswer(c *gin.Context, u helpdesk.User, n helpdesk.Number, w written) error {
	body, err := s.previewOf(c, u, n, w.text, w.note)
	if err != nil {
		return err
	}
	return s.composerAnswer(c, u, n, w, http.StatusOK, func(p *composer) { p.Preview = body })
}

// previewOf is a note as it will stand in the thread, or an answer as it would leave.
func (s *Server) previewOf(c *gin.Context, u helpdesk.User, n helpdesk.Number, text string, note bool) (template.HTML, error) {
	if note {
		return safe(richtext.Markdown(text)), nil
	}
	body, err := s.desk.PreviewReply(c.Request.Context(), u, n, text)
	if err != nil {
		return "", fmt.Errorf("preview: %w", err)
	}
	return safe(body), nil
}

// preview is for the button «Anteprima» of the page's script. Without a ticket
// nothing is added to the text.
func (s *Server) preview(c *gin.Context, u helpdesk.User) error {
	if err := parseForm(c.Request); err != nil {
		return err
	}
	n, ok := helpdesk.ParseNumber(field(c, "numero"))
	body, err := s.previewOf(c, u, n, textField(c, "testo"), !ok || field(c, "tipo") == "nota")
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, "anteprima", previewFragment{Body: body})
}
