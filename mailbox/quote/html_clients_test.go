package quote

import (
	"strings"
	"testing"
)

// TestHTMLClients has an answer in the HTML of each mail program: the letter
// stays, of the original nothing does, and no word is lost.
func TestHTMLClients(t *testing.T) {
	const fields = `<b>Da:</b> Sportello &lt;sportello@centro.example&gt;<br><b>Inviato:</b> martedì 24 novembre 2026 10:02<br><b>A:</b> Mario Rossi<br><b>Oggetto:</b> R: Saldo`
	const attribution = `Il giorno mar 24 nov 2026 alle ore 10:02 Sportello &lt;<a href="mailto:sportello@centro.example">sportello@centro.example</a>&gt; ha scritto:`
	for name, body := range map[string]string{
		"Outlook": `<div class="WordSection1"><p class="MsoNormal">ANSWER<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>` +
			`<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">` + fields + `<o:p></o:p></p></div></div><p class="MsoNormal">ORIGINAL</p></div>`,
		"Outlook on the web":        `<div>ANSWER</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font>` + fields + `</font></div><div>ORIGINAL</div>`,
		"Outlook on the web, again": `<div>ANSWER</div><div id="x_divRplyFwdMsg">` + fields + `</div><div>ORIGINAL</div>`,
		"new Outlook":               `<div>ANSWER</div><div id="mail-editor-reference-message-container"><div>` + fields + `</div><div>ORIGINAL</div></div>`,
		"Outlook for Mac":           `<div>ANSWER</div><span id="OLK_SRC_BODY_SECTION"><div style="border-top:#b5c4df 1pt solid">` + fields + `</div><div>ORIGINAL</div></span>`,
		"Gmail": `<div dir="ltr">ANSWER</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">` + attribution +
			`<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)"><div>ORIGINAL</div></blockquote></div>`,
		"Apple Mail": `<html><body style="word-wrap:break-word">ANSWER<br><div><br><blockquote type="cite"><div>` + attribution + `</div><br><div>ORIGINAL</div></blockquote></div></body></html>`,
		"iPhone":     `<div>ANSWER</div><div dir="ltr">Inviato da iPhone</div><div dir="ltr"><br><blockquote type="cite">` + attribution + `<br><br></blockquote></div><blockquote type="cite"><div>ORIGINAL</div></blockquote>`,
		"Thunderbird": `<p>ANSWER</p><div class="moz-cite-prefix">Il 24/11/26 10:02, Sportello ha scritto:<br></div><blockquote type="cite" cite="mid:1@centro.example"><p>ORIGINAL</p></blockquote>` +
			`<div class="moz-signature">-- <br>Mario Rossi</div>`,
		"Zimbra": `<div style="font-family:arial"><div>ANSWER</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">` + fields + `<br></div><div data-marker="__QUOTED_TEXT__">ORIGINAL</div></div>`,
		"Roundcube": `<p>ANSWER</p><p id="reply-intro">Il 2026-11-24 10:02 Sportello ha scritto:</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0">` +
			`<div>ORIGINAL</div></blockquote>`,
		"Yahoo":          `<div class="ydp1yahoo-style-wrap">ANSWER</div><div id="ydp2yahoo_quoted_1" class="yahoo_quoted"><div>` + attribution + `</div><div>ORIGINAL</div></div>`,
		"Proton":         `<div>ANSWER</div><div class="protonmail_quote">` + attribution + `<br><blockquote class="protonmail_quote" type="cite">ORIGINAL</blockquote></div>`,
		"webmail":        `ANSWER<br><br>Da: "Sportello" sportello@centro.example<br>A: tecnico@comune.example<br>Cc:<br>Data: Tue, 24 Nov 2026 10:02:00 +0100<br>Oggetto: Saldo<br><br><blockquote>ORIGINAL</blockquote>`,
		"webmail, rule":  `<div>ANSWER</div><hr>Da: sportello@centro.example<br>Oggetto: Saldo<br><br>ORIGINAL`,
		"webmail, table": `<div>ANSWER</div><table><tr><th>Oggetto: </th><td>Saldo</td></tr><tr><th>Data: </th><td>Tue, 24 Nov 2026 10:02:00 +0100</td></tr><tr><th>Mittente: </th><td>Sportello &lt;sportello@centro.example&gt;</td></tr></table>ORIGINAL`,
		"plain quote":    `<div>ANSWER</div><div>` + attribution + `</div><blockquote style="margin:5px">ORIGINAL</blockquote>`,
		"in a pre":       "<pre>ANSWER\n\nIl 24/11/2026 10:02, Sportello ha scritto:\n&gt; ORIGINAL\n</pre>",
		"unknown tongue": `<div>ANSWER</div><div class="moz-cite-prefix">Dé 24/11 sgríobh Sportello<br></div><blockquote type="cite">ORIGINAL</blockquote>`,
	} {
		body = strings.Replace(body, "ANSWER", "il CUP è B11B22000000001, il resto è allegato", 1)
		s := HTML(body)
		if !strings.Contains(s.New, "il resto è allegato") || strings.Contains(s.New, "ORIGINAL") || strings.Contains(s.New, "Sportello") {
			t.Errorf("%s: visible %s", name, s.New)
		}
		if lost := missingWords(body, s); lost != "" {
			t.Errorf("%s: %s", name, lost)
		}
	}
}

// TestHTMLNotices: what surrounds a letter folds in HTML as in text.
func TestHTMLNotices(t *testing.T) {
	const letter = `<p>Buongiorno,</p><p>si chiede un parere.</p><p>Il Responsabile<br>Mario Rossi</p>`
	for name, around := range map[string]string{
		"notice":    `<p style="font-size:8pt">Le informazioni contenute in questo messaggio sono riservate e destinate al solo destinatario.</p>`,
		"Word":      `<p class="MsoNormal"><i>Ai sensi del Regolamento UE 2016/679 si precisa che questo messaggio è riservato al destinatario.</i></p>`,
		"signature": `<div data-smartmail="gmail_signature" class="gmail_signature">Mario Rossi<br>Comune di Valcerva</div>`,
		"Outlook":   `<div id="ms-outlook-mobile-signature">Scarica <a href="https://aka.example/x">Outlook per Android</a></div>`,
	} {
		s := HTML(letter + around)
		if s.New != letter || len(s.Folded) != 1 {
			t.Errorf("%s: visible %s, folded %+v", name, s.New, s.Folded)
		}
	}
}
