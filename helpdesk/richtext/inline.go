package richtext

import "strings"

const imageMark = `<img src="cid:`

// noImage stands where an image without description was.
const noImage = "[immagine: vedi allegati]"

const (
	maxImage  = (1 << 20) * 4 / 3 // 1 MB in base64
	maxImages = 10 * maxImage
)

// imageSource bounds what one page takes in: a mail can name one image a
// thousand times.
type imageSource struct {
	resolve func(cid string) (string, bool)
	taken   int
}

func (s *imageSource) dataURI(cid string) (string, bool) {
	uri, ok := s.resolve(cid)
	if !ok || len(uri) > maxImage || s.taken+len(uri) > maxImages || !isImageData(uri) {
		return "", false
	}
	s.taken += len(uri)
	return uri, true
}

// InlineImages puts the images of the mail in their place. clean is a result of
// Sanitize; resolve gives the data: URI of a Content-ID (without "cid:" and
// without angle brackets). Only PNG, JPEG, GIF and WebP in base64 are accepted;
// an image that is missing, of another kind, over 1 MB, or beyond 10 MB in all is
// replaced by its description, or by a pointer to the list of attachments.
func InlineImages(clean string, resolve func(cid string) (dataURI string, ok bool)) string {
	var b strings.Builder
	images := imageSource{resolve: resolve}
	for {
		// In a result of Sanitize a "<" is always the beginning of a tag.
		i := strings.Index(clean, imageMark)
		if i < 0 {
			b.WriteString(clean)
			return b.String()
		}
		b.WriteString(clean[:i])
		cid, rest, _ := strings.Cut(clean[i+len(imageMark):], `" alt="`)
		alt, rest, ok := strings.Cut(rest, `">`)
		clean = rest
		if !ok {
			continue
		}
		// Of the characters that are escaped, none can be in a Content-ID we keep.
		if uri, ok := images.dataURI(cid); ok {
			b.WriteString(`<img src="` + uri + `" alt="` + alt + `">`)
		} else if alt != "" {
			b.WriteString(alt)
		} else {
			b.WriteString(noImage)
		}
	}
}

// isImageData reports whether the URI is a raster image that cannot hold
// anything active; SVG can.
func isImageData(uri string) bool {
	rest, ok := strings.CutPrefix(uri, "data:image/")
	if !ok {
		return false
	}
	kind, data, ok := strings.Cut(rest, ";base64,")
	if !ok {
		return false
	}
	switch kind {
	case "png", "jpeg", "gif", "webp":
	default:
		return false
	}
	for i := 0; i < len(data); i++ {
		if c := data[i]; !isAlnum(c) && c != '+' && c != '/' && c != '=' {
			return false
		}
	}
	return true
}
