package mailbox

import (
	"slices"
	"strings"
	"testing"

	"sportello/helpdesk"
)

// invite is a mail with a calendar part of that method.
func invite(method, event string) []byte {
	return crlf("From: Mario Rossi <tecnico@comune.valcerva.bg.example>\nSubject: Colloquio\nIn-Reply-To: <t1.abc@centro.example>\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nA presto\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>A presto</p>\n--b\nContent-Type: text/calendar; charset=utf-8; method=" + method +
		"\n\nBEGIN:VCALENDAR\nMETHOD:" + method + "\nBEGIN:VEVENT\nUID:c1@centro.example\nSUMMARY:Colloquio sul saldo\n" + event + "\nEND:VEVENT\nEND:VCALENDAR\n--b--\n")
}

const (
	when      = "DTSTART:20261126T090000Z\nDTEND:20261126T093000Z\n"
	organizer = "ORGANIZER;CN=Mario Rossi:mailto:tecnico@comune.valcerva.bg.example\n"
)

func TestReadInvitation(t *testing.T) {
	for name, want := range map[string]struct{ method, event, text string }{
		"hours": {"REQUEST", when + organizer + "LOCATION:Sala giunta",
			"Invito: Colloquio sul saldo\nQuando: giovedì 26 novembre 2026, 10:00–10:30\nDove: Sala giunta\nOrganizzatore: Mario Rossi <tecnico@comune.valcerva.bg.example>\n\nA presto"},
		"a whole day": {"REQUEST", "DTSTART;VALUE=DATE:20261126\nDTEND;VALUE=DATE:20261127\nRRULE:FREQ=WEEKLY",
			"Invito: Colloquio sul saldo\nQuando: giovedì 26 novembre 2026, tutto il giorno (si ripete)\n\nA presto"},
		"days": {"REQUEST", "DTSTART;VALUE=DATE:20261126\nDTEND;VALUE=DATE:20261129",
			"Invito: Colloquio sul saldo\nQuando: da giovedì 26 novembre 2026 a sabato 28 novembre 2026\n\nA presto"},
		"cancelled": {"CANCEL", when, "Invito annullato: Colloquio sul saldo\nQuando: giovedì 26 novembre 2026, 10:00–10:30\n\nA presto"},
		"a file":    {"PUBLISH", when, "A presto"},
	} {
		in := Reader{}.Read(invite(want.method, want.event), false)
		if in.Text != want.text || in.Report != nil || in.Automatic != "" {
			t.Errorf("%s: text %q, report %+v, automatic %q", name, in.Text, in.Report, in.Automatic)
		}
		if !strings.HasSuffix(in.HTML, "<p>A presto</p>") || strings.Contains(in.HTML, "Quando") != (want.method != "PUBLISH") {
			t.Errorf("%s: HTML %q", name, in.HTML)
		}
	}
}

func TestReadInvitationAnswer(t *testing.T) {
	for status, want := range map[string]string{
		"ACCEPTED":  "Mario Rossi ha accettato l'invito.",
		"DECLINED":  "Mario Rossi ha rifiutato l'invito.",
		"TENTATIVE": "Mario Rossi ha accettato l'invito con riserva.",
	} {
		in := Reader{}.Read(invite("REPLY", "ATTENDEE;PARTSTAT="+status+":mailto:tecnico@comune.valcerva.bg.example\n"+when+"COMMENT:Porto i documenti"), false)
		r := in.Report
		if r == nil || r.Kind != helpdesk.ReportCalendar || r.Recipient != lost || r.Diagnostic != strings.ToLower(status) || in.Automatic == "" {
			t.Errorf("%s: report %+v, automatic %q", status, r, in.Automatic)
		}
		if !strings.HasPrefix(in.Text, want) || !strings.Contains(in.Text, "Commento: Porto i documenti") {
			t.Errorf("%s: text %q", status, in.Text)
		}
		if !slices.Contains(in.ReportOf, "t1.abc@centro.example") {
			t.Errorf("of %q", in.ReportOf)
		}
	}
	in := Reader{}.Read(invite("COUNTER", "ATTENDEE:mailto:tecnico@comune.valcerva.bg.example\n"+when), false)
	if in.Report == nil || in.Report.Diagnostic != "counter" || !strings.HasPrefix(in.Text, "Mario Rossi propone un altro orario.") {
		t.Errorf("counter: %+v, %q", in.Report, in.Text)
	}
}
