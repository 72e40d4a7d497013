package richtext

import "strings"

// outlookMail is a mail of about 10 kB as Word writes them.
func outlookMail() string {
	var b strings.Builder
	b.WriteString(`<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15 (filtered medium)"><!--[if !mso]><style>v\:* {behavior:url(#default#VML);} o\:* {behavior:url(#default#VML);}</style><![endif]--><style><!--
/* Font Definitions */
@font-face {font-family:"Cambria Math"; panose-1:2 4 5 3 5 4 6 3 2 4;}
@font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}
p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}
a:link, span.MsoHyperlink {mso-style-priority:99; color:#0563C1; text-decoration:underline;}
span.StileMessaggioDiPostaElettronica17 {mso-style-type:personal-compose; font-family:"Calibri",sans-serif; color:windowtext;}
@page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt 2.0cm 2.0cm 2.0cm;}
div.WordSection1 {page:WordSection1;}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head><body lang=IT link="#0563C1" vlink="#954F72" style='word-wrap:break-word'><div class=WordSection1>`)
	for i := range 19 {
		b.WriteString(`<p class=MsoNormal><span style='font-size:11.0pt;font-family:"Calibri",sans-serif;color:#1F497D;mso-fareast-language:EN-US'>Buongiorno, in merito all&#8217;avviso della misura 1.4.1 chiediamo se l&#8217;ente possa rendicontare le spese del CUP <b>B11F22000123456</b> dopo il termine.<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>`)
		if i%4 == 0 {
			b.WriteString(`<table class=MsoNormalTable border=0 cellspacing=0 cellpadding=0 style='border-collapse:collapse'><tr style='height:14.5pt'><td width=211 nowrap valign=bottom style='width:158.0pt;padding:0cm 3.5pt 0cm 3.5pt'><p class=MsoNormal>Importo<o:p></o:p></p></td><td colspan=2 style='padding:0cm'><p class=MsoNormal align=right>84.200,00 &euro;<o:p></o:p></p></td></tr></table>`)
		}
	}
	b.WriteString(`<p class=MsoNormal><img width=120 height=60 src="cid:image001.png@01DA0000.12345678" alt="Stemma"><img src="https://tracker.example/p.gif" width=1 height=1><o:p></o:p></p><p class=MsoNormal>Ufficio Tecnico – <a href="mailto:tecnico@comune.erba.example">tecnico@comune.erba.example</a> <a href="https://www.comune.erba.example/"><span style='color:blue'>sito</span></a><o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Da:</b> Sportello &lt;sportello@centro.example&gt;<br><b>Inviato:</b> marted&igrave; 24 novembre 2026 10:12<br><b>Oggetto:</b> R: quesito<o:p></o:p></p></div><blockquote><p>Grazie</p></blockquote></div></body></html>`)
	return b.String()
}
