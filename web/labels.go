package web

import (
	"strings"

	"sportello/helpdesk"
)

// label is the Italian word for a code and the class that colours it.
type label struct{ text, class string }

// states of a ticket, as helpdesk names them.
var states = map[string]label{
	"new":           {"Nuovo", "st-nuovo"},
	"open":          {"Aperto", "st-aperto"},
	"waiting_org":   {"In attesa dell'ente", "st-ente"},
	"waiting_third": {"In attesa di terzi", "st-terzi"},
	"snoozed":       {"Rinviato", "st-rinviato"},
	"answered":      {"Risposto", "st-risposto"},
	"closed":        {"Chiuso", "st-chiuso"},
	"spam":          {"Spam", "st-chiuso"},
	"out_of_scope":  {"Non di competenza", "st-chiuso"},
	"merged":        {"Unito", "st-chiuso"},
}

// deliveries are the states of an outgoing mail.
var deliveries = map[string]label{
	"queued":  {"In uscita", "st-rinviato"},
	"sending": {"In uscita", "st-rinviato"},
	"sent":    {"Inviata", "st-aperto"},
	"failed":  {"Non riuscita", "st-guasto"},
	"unknown": {"Da verificare", "st-ente"},
	"held":    {"Trattenuta", "st-ente"},
}

// quarantines are the reasons for a message to wait in quarantine.
var quarantines = map[string]label{
	"parked":    {"Non leggibile", "st-guasto"},
	"failed":    {"Non scaricata", "st-ente"},
	"oversized": {"Troppo grande", "st-ente"},
	"unclaimed": {"Ricevuta senza invio", "st-rinviato"},
	"vanished":  {"Sparita dalla casella", "st-chiuso"},
}

var channels = map[string]string{"mail": "Posta", "pec": "PEC", "phone": "Telefono", "desk": "Sportello"}

var channelIcons = map[string]string{"mail": "mail", "pec": "file-signed", "phone": "telephone", "desk": "user"}

var roles = map[string]string{
	"admin": "Amministratore", "coordinator": "Coordinatore", "expert": "Esperto", "observer": "Osservatore",
}

// folds are what may be folded of a message, in the order in which they are named.
var folds = []struct {
	kind helpdesk.Fold
	text string
}{
	{helpdesk.FoldHistory, "cronologia citata"}, {helpdesk.FoldSignature, "firma"},
	{helpdesk.FoldNotice, "avvertenze"}, {helpdesk.FoldStamp, "timbro di protocollo"},
}

// eventIcons and toolIcons are what eventLine.Icon and tool.Icon may hold.
var (
	eventIcons = []string{"user", "clock", "rinvia", "check", "refresh", "link", "warning-circle", "info-circle"}
	toolIcons  = []string{"upload", "warning-circle", "settings"}
)

func stateLabel(s string) string { return labelOf(states, s).text }
func stateClass(s string) string { return labelOf(states, s).class }

func deliveryLabel(s string) string { return labelOf(deliveries, s).text }
func deliveryClass(s string) string { return labelOf(deliveries, s).class }

func quarantineLabel(s string) string { return labelOf(quarantines, s).text }
func quarantineClass(s string) string { return labelOf(quarantines, s).class }

// labelOf shows an unknown code as it is: better odd than hidden.
func labelOf(table map[string]label, code string) label {
	if l, ok := table[code]; ok {
		return l
	}
	return label{code, "st-chiuso"}
}

func channelLabel(c string) string {
	if name, ok := channels[c]; ok {
		return name
	}
	return c
}

func channelIcon(c string) string {
	if name, ok := channelIcons[c]; ok {
		return name
	}
	return "mail"
}

func roleLabel(r string) string {
	if name, ok := roles[r]; ok {
		return name
	}
	return r
}

// fileIcons go by words of the media type, first match.
var fileIcons = []struct{ word, icon string }{
	{"pkcs7", "file-signed"}, {"pdf", "file-pdf"}, {"spreadsheet", "file-xlsx"}, {"excel", "file-xlsx"},
	{"presentation", "file-ppt"}, {"word", "file-docx"}, {"csv", "file-csv"}, {"xml", "file-xml"},
	{"zip", "file-compressed"}, {"compressed", "file-compressed"}, {"image/", "file-image"},
	{"audio/", "file-audio"}, {"video/", "file-video"}, {"message/", "mail"}, {"text/", "file-txt"},
}

func fileIcon(mediaType string) string {
	mediaType = strings.ToLower(mediaType)
	for _, f := range fileIcons {
		if strings.Contains(mediaType, f.word) {
			return f.icon
		}
	}
	return "file"
}
