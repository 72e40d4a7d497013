package mime

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Endings for attachments that come without a name.
var extensions = map[string]string{
	"text/plain": ".txt", "text/html": ".html", "text/csv": ".csv", "text/calendar": ".ics",
	"text/rfc822-headers": ".txt", "text/vcard": ".vcf", "message/delivery-status": ".txt",
	"message/disposition-notification": ".txt", "message/external-body": ".txt", "message/partial": ".txt", "application/pdf": ".pdf", "application/xml": ".xml",
	"text/xml": ".xml", "application/zip": ".zip", "application/json": ".json", "application/rtf": ".rtf",
	"application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/ms-tnef": ".dat",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       ".xlsx",
	"application/pkcs7-signature":                                             ".p7s", "application/x-pkcs7-signature": ".p7s",
	"application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "application/pgp-signature": ".asc",
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/tiff": ".tif", "image/svg+xml": ".svg",
}

// defaultFilename names an attachment that has no name, by its type.
func defaultFilename(contentType string) string {
	switch {
	case isMessageType(contentType):
		return "messaggio.eml"
	case contentType == "text/calendar":
		return "invito.ics"
	case extensions[contentType] != "":
		return "allegato" + extensions[contentType]
	}
	return "allegato.bin"
}

// cleanFilename keeps of a name what is safe and true to show: no folder, no control or invisible
// direction characters (they make «exe.pdf» of «fdp.exe»), no leading or trailing dots and blanks. It
// may come out empty.
func cleanFilename(name string) string {
	name = CleanLine(name)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(name, ". ")
	name = strings.TrimRight(name, ". ")
	return shorten(name)
}

// shorten cuts a long name in its middle, so that its ending stays.
func shorten(name string) string {
	if len(name) <= maxFilename {
		return name
	}
	ending := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 && len(name)-i <= 16 {
		name, ending = name[:i], name[i:]
	}
	return truncate(name, maxFilename-len(ending)) + ending
}

// truncate cuts s to at most n bytes, between characters.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
