package main

import (
	"bytes"
	"fmt"
	"html"
	"net/mail"
	"strings"
	"time"
)

// demoDraft is a message before the client that wrote it is known.
type demoDraft struct {
	Style      string // how it is built: a key of demoClients
	From       mail.Address
	To, Cc     string
	Subject    string
	ID         string // without angle brackets
	InReplyTo  string
	References []string
	At         time.Time
	Text       string
	Quote      *demoQuote
	Files      []demoFile
	boundary   int
}

// demoQuote is the earlier message that stands below the text.
type demoQuote struct {
	From, To, Subject, Text string
	At                      time.Time
}

// demoClient is what a mail program does in its own way.
type demoClient struct {
	mailer   string // its own header line, "" for none
	charset  string
	encoding string
	html     func(demoDraft) string // nil: text only
	htmlOnly bool
	quote    func(demoQuote) string
	boundary string
	rfc2231  bool
}

var demoClients = map[string]demoClient{
	"outlook": {mailer: "X-Mailer: Microsoft Outlook 16.0", charset: "utf-8", encoding: "quoted-printable",
		html: outlookHTML, quote: outlookQuote, boundary: "----=_NextPart_000_%04X_01DC5A3E.7B20F4C0"},
	"outlook-cid": {mailer: "X-Mailer: Microsoft Outlook 16.0", charset: "utf-8", encoding: "quoted-printable",
		html: outlookHTML, quote: outlookQuote, boundary: "----=_NextPart_000_%04X_01DC5A3E.7B20F4C1"},
	"zimbra": {mailer: "X-Mailer: Zimbra 8.8.15_GA_4717 (ZimbraWebClient - GC141 (Win)/8.8.15_GA_4717)", charset: "utf-8", encoding: "quoted-printable",
		html: zimbraHTML, quote: zimbraQuote, boundary: "=_8d1c2a77-5a0e-4f0b-9d5e-0000%04x", rfc2231: true},
	"thunderbird": {mailer: "User-Agent: Mozilla Thunderbird", charset: "utf-8", encoding: "8bit",
		quote: thunderbirdQuote, boundary: "------------6vQ0nG1%04x0wKrPzUa9", rfc2231: true},
	"forward": {mailer: "User-Agent: Mozilla Thunderbird", charset: "utf-8", encoding: "8bit",
		quote: forwardQuote, boundary: "------------9sTf2%04xLm0wKrPzUa9", rfc2231: true},
	"iphone": {mailer: "X-Mailer: iPhone Mail (23B85)", charset: "utf-8", encoding: "quoted-printable",
		quote: iphoneQuote, boundary: "Apple-Mail-%04X-5A7F1E2B"},
	"webmail": {mailer: "X-Mailer: Webmail PostaFacile", charset: "utf-8", encoding: "base64",
		quote: thunderbirdQuote, boundary: "=_%04xpostafacile"},
	"latin1": {charset: "iso-8859-1", encoding: "quoted-printable", quote: outlookQuote, boundary: "=_latin1_%04x"},
	"htmlonly": {mailer: "X-Mailer: Microsoft Windows Live Mail 16.4", charset: "windows-1252", encoding: "quoted-printable",
		html: outlookHTML, htmlOnly: true, quote: outlookQuote, boundary: "----=_%04X"},
	"protocol": {mailer: "X-Mailer: ProtocolloWeb 7.2", charset: "utf-8", encoding: "8bit", quote: outlookQuote, boundary: "----_Part_%04x_20117.991"},
	"newsletter": {mailer: "X-Mailer: NewsRoom 3.1", charset: "utf-8", encoding: "quoted-printable", html: outlookHTML,
		quote: outlookQuote, boundary: "nl_%04x"},
	"spam":     {charset: "utf-8", encoding: "base64", html: outlookHTML, htmlOnly: true, quote: outlookQuote, boundary: "sp_%04x"},
	"vacation": {mailer: "X-Mailer: Vacation", charset: "utf-8", encoding: "8bit", quote: outlookQuote, boundary: "vac_%04x"},
}

// demoClientKeys are the further header lines of automatic senders, RFC 3834
// and what is used beside it.
var demoClientHeaders = map[string][]string{
	"outlook":    {"Content-Language: it", "Thread-Index: AdxaPnsg9MDemoThreadIndexAA=="},
	"protocol":   {"X-Priority: 3"},
	"newsletter": {"List-Id: <settimanale.osservatorioenti.example>", "List-Unsubscribe: <https://osservatorioenti.example/cancella>", "Precedence: bulk"},
	"spam":       {"X-Spam-Flag: YES", "X-Spam-Status: Yes, score=14.2 required=5.0", "X-Spam-Level: **************"},
	"vacation":   {"Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", "Precedence: bulk"},
}

// build writes the message as it arrives at our provider.
func (d demoDraft) build() ([]byte, error) {
	c, ok := demoClients[d.Style]
	if !ok {
		return nil, fmt.Errorf("no mail client %q", d.Style)
	}
	root := d.body(c)
	root.header = append(d.head(c), root.header...)
	var b bytes.Buffer
	root.write(&b)
	return b.Bytes(), nil
}

func (d demoDraft) head(c demoClient) []string {
	host := d.From.Address[strings.LastIndexByte(d.From.Address, '@')+1:]
	h := []string{
		"Return-Path: <" + d.From.Address + ">",
		fmt.Sprintf("Received: from mail.%s (mail.%s [192.0.2.%d])\r\n\tby mx.centro.example with ESMTPS; %s",
			host, host, 10+len(host), d.At.Add(2*time.Second).Format(time.RFC1123Z)),
		headerLine("From", d.From.String()),
		headerLine("To", d.To),
	}
	if d.Cc != "" {
		h = append(h, headerLine("Cc", d.Cc))
	}
	h = append(h, headerLine("Subject", d.Subject), "Date: "+d.At.Format(time.RFC1123Z), "Message-ID: <"+d.ID+">")
	if d.InReplyTo != "" {
		h = append(h, "In-Reply-To: <"+d.InReplyTo+">")
	}
	if len(d.References) > 0 {
		h = append(h, "References: <"+strings.Join(d.References, ">\r\n <")+">")
	}
	if c.mailer != "" {
		h = append(h, c.mailer)
	}
	h = append(h, demoClientHeaders[d.Style]...)
	return append(h, "MIME-Version: 1.0")
}

func (d *demoDraft) nextBoundary(c demoClient) string {
	d.boundary++
	return fmt.Sprintf(c.boundary, d.boundary)
}

func (d demoDraft) body(c demoClient) *mimePart {
	text := d.Text
	if d.Quote != nil {
		text += "\n\n" + c.quote(*d.Quote)
	}
	var inline, attached []*mimePart
	for _, f := range d.Files {
		if f.ContentID != "" {
			inline = append(inline, filePart(f, c.rfc2231))
		} else {
			attached = append(attached, filePart(f, c.rfc2231))
		}
	}
	root := textPart("plain", c.charset, c.encoding, text+"\n")
	if c.html != nil {
		rich := textPart("html", c.charset, c.encoding, c.html(d))
		if len(inline) > 0 {
			rich = groupParts("related;\r\n\ttype=\"text/html\"", d.nextBoundary(c), append([]*mimePart{rich}, inline...)...)
		}
		root = groupParts("alternative", d.nextBoundary(c), root, rich)
		if c.htmlOnly {
			root = rich
		}
	}
	if len(attached) == 0 {
		return root
	}
	return groupParts("mixed", d.nextBoundary(c), append([]*mimePart{root}, attached...)...)
}

// paragraphs turns text into HTML blocks; lines of cells between bars become a
// table, as people paste them from a spreadsheet.
func paragraphs(text, open, shut string) string {
	var b strings.Builder
	table := false
	for line := range strings.SplitSeq(text, "\n") {
		cells, isRow := strings.CutPrefix(line, "| ")
		if isRow != table {
			b.WriteString(map[bool]string{true: "<table border=\"1\" cellspacing=\"0\">", false: "</table>\n"}[isRow])
			table = isRow
		}
		switch {
		case isRow:
			b.WriteString("<tr>")
			for cell := range strings.SplitSeq(strings.TrimSuffix(cells, " |"), " | ") {
				b.WriteString("<td>" + html.EscapeString(cell) + "</td>")
			}
			b.WriteString("</tr>\n")
		case strings.TrimSpace(line) == "":
			b.WriteString(open + "&nbsp;" + shut + "\n")
		default:
			b.WriteString(open + html.EscapeString(line) + shut + "\n")
		}
	}
	if table {
		b.WriteString("</table>\n")
	}
	return b.String()
}

func outlookHTML(d demoDraft) string {
	const open, shut = `<p class="MsoNormal">`, "</p>"
	s := `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40"><head>
<meta http-equiv="Content-Type" content="text/html"><style><!--
p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif;}
--></style></head><body lang="IT" link="#0563C1"><div class="WordSection1">
` + paragraphs(d.Text, open, shut)
	if d.Style == "outlook-cid" {
		s += `<p class="MsoNormal"><img width="160" height="48" src="cid:` + demoLogoID + `" alt="Stemma del Comune"></p>` + "\n"
	}
	if q := d.Quote; q != nil {
		s += `<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Da:</b> ` +
			html.EscapeString(q.From) + `<br><b>Inviato:</b> ` + outlookTime(q.At) + `<br><b>A:</b> ` + html.EscapeString(q.To) +
			`<br><b>Oggetto:</b> ` + html.EscapeString(q.Subject) + "</p></div></div>\n" + paragraphs(q.Text, open, shut)
	}
	return s + "</div></body></html>\n"
}

func zimbraHTML(d demoDraft) string {
	s := `<html><body><div style="font-family: arial, helvetica, sans-serif; font-size: 12pt; color: #000000">` + "\n" +
		paragraphs(d.Text, "<div>", "</div>")
	if q := d.Quote; q != nil {
		s += `<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Da: </b>` + html.EscapeString(q.From) +
			`<br><b>A: </b>` + html.EscapeString(q.To) + `<br><b>Inviato: </b>` + zimbraTime(q.At) + `<br><b>Oggetto: </b>` +
			html.EscapeString(q.Subject) + "</div>\n<div data-marker=\"__QUOTED_TEXT__\">" + paragraphs(q.Text, "<div>", "</div>") + "</div>\n"
	}
	return s + "</div></body></html>\n"
}

func outlookTime(t time.Time) string {
	return italianWeekdays[t.Weekday()] + " " + italianDate(t) + t.Format(" 15:04")
}

func zimbraTime(t time.Time) string {
	day := italianWeekdays[t.Weekday()]
	return strings.ToUpper(day[:1]) + day[1:] + ", " + italianDate(t) + t.Format(" 15:04:05")
}

func outlookQuote(q demoQuote) string {
	return "Da: " + q.From + "\nInviato: " + outlookTime(q.At) + "\nA: " + q.To + "\nOggetto: " + q.Subject + "\n\n" + q.Text
}

func zimbraQuote(q demoQuote) string {
	return "Da: " + q.From + "\nA: " + q.To + "\nInviato: " + zimbraTime(q.At) + "\nOggetto: " + q.Subject + "\n\n" + q.Text
}

func thunderbirdQuote(q demoQuote) string {
	return "Il " + q.At.Format("02/01/06 15:04") + ", " + displayName(q.From) + " ha scritto:\n" + quotedLines(q.Text)
}

func iphoneQuote(q demoQuote) string {
	return "> Il giorno " + fmt.Sprintf("%d %s %d", q.At.Day(), italianMonths[q.At.Month()-1][:3], q.At.Year()) +
		", alle ore " + q.At.Format("15:04") + ", " + q.From + " ha scritto:\n> \n" + quotedLines(q.Text)
}

func forwardQuote(q demoQuote) string {
	return "-------- Messaggio Inoltrato --------\nOggetto: \t" + q.Subject + "\nData: \t" + q.At.Format(time.RFC1123Z) +
		"\nMittente: \t" + q.From + "\nA: \t" + q.To + "\n\n\n" + q.Text
}

func quotedLines(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, ">") {
			b.WriteString(">" + line + "\n")
			continue
		}
		b.WriteString("> " + line + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func displayName(address string) string {
	if a, err := mail.ParseAddress(address); err == nil && a.Name != "" {
		return a.Name
	}
	return address
}
