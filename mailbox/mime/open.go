package mime

import (
	"strings"
	"time"
)

// open looks into a leaf that is a container of others: winmail.dat and what S/MIME or CAdES signed.
// What it held become its children, and the container stays. A file in a file is opened too.
func (w *walker) open(p *Part, depth int) {
	if depth+1 >= maxDepth || w.parts >= maxParts || len(p.Body) == 0 {
		return
	}
	name := strings.ToLower(p.Filename)
	switch {
	case isTNEF(p.Body) && (strings.HasSuffix(p.Type, "/ms-tnef") || strings.HasSuffix(p.Type, "/vnd.ms-tnef") || tnefNames[name]):
		w.openTNEF(p, depth)
	case signedTypes[p.Type] || strings.HasSuffix(name, ".p7m") || strings.HasSuffix(name, ".p7s"):
		w.openSigned(p, depth)
	}
}

var tnefNames = map[string]bool{"winmail.dat": true, "win.dat": true}

// mayOpen counts what is taken out of containers: with containers in containers it could be more, many
// times over, than the message.
func (w *walker) mayOpen(content []byte) bool {
	if w.unopened < len(content) {
		w.message.problem(ProblemDepth)
		return false
	}
	w.unopened -= len(content)
	return true
}

// child adds to p a file that it held.
func (w *walker) child(p *Part, c *Part, depth int) {
	w.parts++
	c.OpenedFrom = p.Filename
	if c.OpenedFrom == "" {
		c.OpenedFrom = defaultFilename(p.Type)
	}
	p.Children = append(p.Children, c)
	w.open(c, depth+1)
}

func (w *walker) openTNEF(p *Part, depth int) {
	if !w.mayOpen(p.Body) {
		return
	}
	limit := min(maxRTF, w.unopened)
	r := tnefReader{left: maxParts, rtf: limit}
	t, ok := r.open(p.Body, 0)
	if !ok {
		return
	}
	w.unopened -= limit - r.rtf
	p.Wrapper = true
	if t.Damaged {
		w.damaged(p, ProblemDamaged)
	}
	if strings.TrimSpace(t.Text) != "" {
		w.child(p, &Part{Type: "text/plain", Params: utf8Text, Body: []byte(t.Text)}, depth)
	}
	if strings.TrimSpace(t.HTML) != "" {
		w.child(p, &Part{Type: "text/html", Params: utf8Text, Body: []byte(t.HTML)}, depth)
	}
	w.tnefFiles(p, &t, "", depth)
}

var utf8Text = map[string]string{"charset": "utf-8"}

// tnefFiles adds the files of a message in winmail.dat, and as a text every message inside it, followed
// by its files.
func (w *walker) tnefFiles(p *Part, t *TNEF, title string, depth int) {
	if len(t.RTF) > 0 {
		w.child(p, &Part{Type: "application/rtf", Filename: cleanFilename(title + ".rtf"), Body: t.RTF}, depth)
	}
	for _, f := range t.Files {
		switch {
		case w.parts >= maxParts:
			w.damaged(p, ProblemParts)
			return
		case f.StandIn:
		case f.Message == nil:
			w.child(p, &Part{Type: f.Type, Filename: f.Name, ContentID: f.ContentID, Body: f.Data}, depth)
		default:
			title := f.Message.Subject
			if title == "" {
				title = f.Name
			}
			title = strings.NewReplacer("/", "-", `\`, "-").Replace(title)
			w.child(p, &Part{Type: "text/plain", Params: utf8Text, Filename: cleanFilename(title + ".txt"), Body: f.Message.letter()}, depth)
			w.tnefFiles(p, f.Message, title, depth)
		}
	}
}

// letter writes a message inside winmail.dat as a text to read.
func (t *TNEF) letter() []byte {
	var b strings.Builder
	for _, line := range [][2]string{{"Da", t.Sender}, {"Data", wallClock(t.Sent)}, {"Oggetto", t.Subject}} {
		if line[1] != "" {
			b.WriteString(line[0] + ": " + line[1] + "\n")
		}
	}
	b.WriteByte('\n')
	text := t.Text
	if text == "" {
		text = TextFromHTML(t.HTML)
	}
	b.WriteString(text)
	return []byte(b.String())
}

func wallClock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("02/01/2006 15:04")
}

// fileType is the type of a file that comes without one that says something: by its name.
func fileType(name, declared string) string {
	declared = strings.ToLower(declared)
	if major, minor, _ := strings.Cut(declared, "/"); isToken(major) && isToken(minor) && declared != "application/octet-stream" {
		return declared
	}
	if known := typesByExtension[fileExtension(name)]; known != "" {
		return known
	}
	return "application/octet-stream"
}

// fileExtension gives the ending of a name with its dot, in lower case, or "".
func fileExtension(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i < 1 || i == len(name)-1 || len(name)-i > 9 || strings.ContainsAny(name[i:], " ,()") {
		return ""
	}
	return strings.ToLower(name[i:])
}

var typesByExtension = func() map[string]string {
	types := map[string]string{
		".txt": "text/plain", ".htm": "text/html", ".jpeg": "image/jpeg", ".jpe": "image/jpeg", ".tiff": "image/tiff", ".eml": "message/rfc822",
		".p7m": "application/pkcs7-mime", ".p7s": "application/pkcs7-signature", ".xml": "application/xml",
		".odt":  "application/vnd.oasis.opendocument.text",
		".ods":  "application/vnd.oasis.opendocument.spreadsheet",
		".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	}
	for contentType, ending := range extensions {
		if types[ending] == "" && ending != ".dat" { // many things end in .dat
			types[ending] = contentType
		}
	}
	return types
}()
