package web

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// isSigned knows a document wrapped in its signature, by what it is called.
func isSigned(a helpdesk.Attachment) bool {
	return strings.HasSuffix(strings.ToLower(a.Name), ".p7m")
}

// FilePolicy makes whatever a browser might show of a file inert.
const FilePolicy = "default-src 'none'; sandbox"

// emlType is the media type of a message; nothing but a mail program opens it.
const emlType = "message/rfc822"

const octetStream = "application/octet-stream"

// fileTypes are the declared types that are passed on, because the right
// program opens by them and no browser runs any of them. All else is
// application/octet-stream: the declaration is a stranger's word (S-09).
var fileTypes = map[string]bool{
	"application/pdf": true, "application/zip": true, "application/msword": true, "application/vnd.ms-excel": true,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   true,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         true,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": true,
	"application/vnd.oasis.opendocument.text":                                   true,
	"application/vnd.oasis.opendocument.spreadsheet":                            true,
	"application/pkcs7-mime":                                                    true, "application/pkcs7-signature": true,
	"text/plain": true, "text/csv": true, "text/calendar": true, emlType: true,
	"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "image/tiff": true,
}

// newAttachment says of a file what its name does not: who signed it, out of which of the others it was
// taken, and that it should have been opened and could not be.
func newAttachment(a helpdesk.Attachment, all []helpdesk.Attachment) attachment {
	shown := attachment{ID: a.ID, Name: a.Name, Type: a.Type, Size: a.Size, Aside: a.Wrapper}
	var notes []string
	switch signature := strings.HasSuffix(a.Type, "-signature"); {
	case a.Signer != "" && a.Wrapper:
		notes = append(notes, "messaggio firmato da "+a.Signer, "firma non verificata")
	case a.Signer != "":
		notes = append(notes, "firmato da "+a.Signer, "firma non verificata")
	case a.Wrapper && signature:
		notes = append(notes, "firma del messaggio, non verificata")
	case a.Wrapper:
		notes = append(notes, "già aperto: il contenuto è in questa pagina")
	case isSigned(a) && !slices.ContainsFunc(all, func(other helpdesk.Attachment) bool { return other.OpenedFrom == a.Name }):
		notes = append(notes, "firma non apribile: scarica l'originale")
	}
	if a.OpenedFrom != "" {
		notes = append(notes, "contenuto di "+a.OpenedFrom)
	}
	shown.Note = strings.Join(notes, " · ")
	return shown
}

func (s *Server) downloadAttachment(c *gin.Context, _ helpdesk.User) error {
	id, err := pathID(c)
	if err != nil {
		return errNoMessage
	}
	a, _, err := s.reads.Attachment(c.Request.Context(), id)
	if err != nil {
		return fmt.Errorf("attachment: %w", orNoMessage(err))
	}
	return s.download(c, a.Name, a.Type, a.BlobID)
}

// downloadTimeout is how long a file may take to leave.
const downloadTimeout = 10 * time.Minute

// download answers with bytes of a stranger, to be saved and never shown.
func (s *Server) download(c *gin.Context, name, declared string, blobID int64) error {
	file, err := s.files(c.Request.Context(), blobID)
	if err != nil {
		return fmt.Errorf("download: %w", orNoMessage(err))
	}
	c.Header("Content-Security-Policy", FilePolicy)
	c.Header("Content-Disposition", contentDisposition(name))
	c.Header("Content-Type", servedType(declared))
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(downloadTimeout)) // recorders in tests have none
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, file)
	return nil
}

func servedType(declared string) string {
	mediaType, _, err := mime.ParseMediaType(declared)
	if err != nil || !fileTypes[mediaType] {
		return octetStream
	}
	return mediaType
}

// contentDisposition writes RFC 6266: filename for old programs, in ASCII, and
// filename* (RFC 8187) with the name as it is.
func contentDisposition(name string) string {
	name = uploadName(name)
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%;/`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + extValue(name)
}

// extValue is ext-value of RFC 8187 §3.2.1: attr-char as it is, all else in percent.
func extValue(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("!#$&+-.^_`|~", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}
