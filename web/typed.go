package web

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// keptBody keeps the beginning of a form, so that what a person typed can be
// given back even where the form was not read to its end: the session is over,
// or the files are too large.
type keptBody struct {
	io.ReadCloser
	kept bytes.Buffer
}

func (b *keptBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.kept.Write(p[:min(n, formLimit-b.kept.Len())])
	return n, err
}

// keptBodyKey is where a request's keptBody is in the context of gin.
const keptBodyKey = "keptBody"

// keepTyped must be called before anything reads the body of a POST.
func keepTyped(c *gin.Context) {
	if c.Request.Method == http.MethodPost {
		b := &keptBody{ReadCloser: c.Request.Body}
		c.Request.Body = b
		c.Set(keptBodyKey, b)
	}
}

// typedText is the text of a form that was refused, "" if it had none. The
// text comes before the files; what lies behind the limit is not looked for.
func typedText(c *gin.Context) string {
	kept, _ := c.Get(keptBodyKey)
	b, ok := kept.(*keptBody)
	if !ok {
		return ""
	}
	_, _ = io.CopyN(io.Discard, b, int64(formLimit-b.kept.Len())) // what cannot be read is not there
	mediaType, params, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	text := ""
	switch {
	case err != nil:
	case mediaType == "multipart/form-data":
		text = textPart(multipart.NewReader(&b.kept, params["boundary"]))
	case mediaType == "application/x-www-form-urlencoded":
		form, _ := url.ParseQuery(b.kept.String()) // as much as can be read
		text = form.Get("testo")
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}

func textPart(r *multipart.Reader) string {
	for range maxFields {
		p, err := r.NextPart()
		if err != nil {
			return ""
		}
		if p.FormName() == "testo" && p.FileName() == "" {
			text, _ := io.ReadAll(p) // what has come of it
			return string(text)
		}
	}
	return ""
}
