package web

import (
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

func TestReceipts(t *testing.T) {
	arrived, legal := sampleNow, sampleNow.Add(-time.Minute)
	tests := []struct {
		report    helpdesk.Report
		certified *helpdesk.Certification
		want      receipt
	}{
		{helpdesk.Report{Kind: helpdesk.ReportAccepted}, &helpdesk.Certification{Kind: "accettazione", At: legal}, receipt{7, "Accettata", "ricevuta", "st-aperto", "", "", legal, false, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportDelivered, Recipient: "a@pec.example"}, &helpdesk.Certification{Kind: "avvenuta-consegna"}, receipt{7, "Consegnata", "ricevuta", "st-aperto", "a@pec.example", "", arrived, false, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Status: "5.1.1", Diagnostic: "indirizzo non valido"}, &helpdesk.Certification{Kind: "errore-consegna", At: legal}, receipt{7, "Mancata consegna", "ricevuta", "st-guasto", "", "l'indirizzo non esiste · 5.1.1 indirizzo non valido", legal, false, false, true}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Diagnostic: "troppo grande"}, &helpdesk.Certification{Kind: "non-accettazione", At: legal}, receipt{7, "Non accettata", "ricevuta", "st-guasto", "", "troppo grande", legal, false, false, true}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed}, &helpdesk.Certification{Kind: "rilevazione-virus", At: legal}, receipt{7, "Bloccata: virus", "ricevuta", "st-guasto", "", "", legal, false, false, true}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: "a@x.example", Status: "5.1.1", Diagnostic: "550 no"}, nil, receipt{7, "Mancata consegna", "avviso", "st-guasto", "a@x.example", "l'indirizzo non esiste · 5.1.1 550 no", arrived, false, false, true}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: "a@x.example", Recipients: []string{"a@x.example", "b@x.example"}, Status: "5.2.2", Diagnostic: "552 5.2.2 full"}, nil,
			receipt{7, "Mancata consegna", "avviso", "st-guasto", "a@x.example, b@x.example", "la casella è piena · 552 5.2.2 full", arrived, false, false, true}},
		{helpdesk.Report{Kind: helpdesk.ReportDelayed, Diagnostic: "dopo 12 ore"}, nil, receipt{7, "Consegna in ritardo", "avviso", "st-ente", "", "dopo 12 ore", arrived, false, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportVacation}, nil, receipt{}},
	}
	for _, v := range tests {
		got, _ := newReceipts([]helpdesk.Message{{ID: 7, At: arrived, Report: &v.report, Certified: v.certified}, {ID: 8}})
		switch {
		case v.want.ID == 0 && len(got) == 0:
		case len(got) != 1 || got[0] != v.want:
			t.Errorf("%+v: %+v, want %+v", v.report, got, v.want)
		}
	}
}

// What holds of each recipient is shown, what it took the place of is folded.
func TestReceiptsThatHold(t *testing.T) {
	const a, b = "a@pec.example", "b@pec.example"
	accepted, takenOver := helpdesk.Report{Kind: helpdesk.ReportAccepted}, helpdesk.Report{Kind: helpdesk.ReportTakenOver}
	to := func(kind helpdesk.ReportKind, names ...string) helpdesk.Report {
		return helpdesk.Report{Kind: kind, Recipient: names[0], Recipients: names}
	}
	for _, v := range []struct {
		name          string
		reports       []helpdesk.Report
		unverified    int // 1 for the first
		holding, past string
	}{
		{"all is well", []helpdesk.Report{accepted, to("delivered", a)}, 0, "Accettata|Consegnata " + a, ""},
		{"a failure after a delivery", []helpdesk.Report{accepted, to("delivered", a), to("failed", a)}, 0, "Mancata consegna " + a + "|Accettata", "Consegnata " + a},
		{"a failure before a delivery", []helpdesk.Report{to("failed", a), to("delivered", a)}, 0, "Mancata consegna " + a, "Consegnata " + a},
		{"of two recipients", []helpdesk.Report{to("delivered", a), to("failed", b)}, 0, "Mancata consegna " + b + "|Consegnata " + a, ""},
		{"capitals", []helpdesk.Report{to("delivered", "A@pec.example"), to("failed", a)}, 0, "Mancata consegna " + a, "Consegnata A@pec.example"},
		{"a delay that ended", []helpdesk.Report{to("delayed", a), to("delayed", a), to("delivered", a)}, 0, "Consegnata " + a, "Consegna in ritardo " + a + "|Consegna in ritardo " + a},
		{"one report of several", []helpdesk.Report{to("delayed", a, b), to("delivered", a)}, 0, "Consegna in ritardo " + a + ", " + b + "|Consegnata " + a, ""},
		{"taken over", []helpdesk.Report{accepted, takenOver}, 0, "Accettata|Presa in carico", ""},
		{"taken over, then delivered", []helpdesk.Report{takenOver, to("delivered", a)}, 0, "Consegnata " + a, "Presa in carico"},
		{"anybody's word takes no place", []helpdesk.Report{to("failed", a), to("delivered", a)}, 1, "Mancata consegna " + a + "|Consegnata " + a, ""},
	} {
		var all []helpdesk.Message
		for i, r := range v.reports {
			all = append(all, helpdesk.Message{ID: int64(i + 1), Report: &r, Unverified: i+1 == v.unverified})
		}
		holding, past := newReceipts(all)
		if got := wordsOf(holding); got != v.holding {
			t.Errorf("%s: %s hold, want %s", v.name, got, v.holding)
		}
		if got := wordsOf(past); got != v.past {
			t.Errorf("%s: %s are past, want %s", v.name, got, v.past)
		}
	}
}

func wordsOf(all []receipt) string {
	var said []string
	for _, r := range all {
		said = append(said, strings.TrimSpace(r.Label+" "+r.Recipient))
	}
	return strings.Join(said, "|")
}

// A notice stands in full below the answer, and has a line where it came in.
func TestReportLines(t *testing.T) {
	failed := helpdesk.Message{ID: 2, Report: &helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: "a@x.example"}}
	damaged, vacation := failed, failed
	damaged.ID, damaged.Problem = 3, "Il messaggio è incompleto."
	vacation.ID, vacation.Report = 4, &helpdesk.Report{Kind: helpdesk.ReportVacation}
	got := reportLines([]helpdesk.MessageView{{Message: helpdesk.Message{ID: 1}, Reports: []helpdesk.Message{failed, damaged, vacation}}})
	want := reportLine{ID: 2, About: 1, Label: "Mancata consegna", Recipient: "a@x.example", Failed: true}
	if len(got) != 1 || got[2] != want {
		t.Errorf("%+v", got)
	}
}

// Whose word it is stands beside it.
func TestUnverifiedReceipt(t *testing.T) {
	got, _ := newReceipts([]helpdesk.Message{{Unverified: true, Report: &helpdesk.Report{Kind: helpdesk.ReportDelivered}}})
	if len(got) != 1 || !got[0].Unverified {
		t.Errorf("%+v", got)
	}
}

func TestCertifiedLine(t *testing.T) {
	c := &helpdesk.Certification{Kind: helpdesk.CertifiedEnvelope, Provider: "GESTORE", At: time.Date(2026, 11, 16, 10, 41, 7, 0, time.FixedZone("", 3600))}
	if got, want := certifiedLine(c), "certificata il 16/11/2026 alle 10:41:07 (+0100) · gestore GESTORE · firma del gestore non verificata"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := certifiedLine(&helpdesk.Certification{Kind: helpdesk.CertifiedEnvelope}); got != "firma del gestore non verificata" {
		t.Errorf("an envelope without a certificate: %q", got)
	}
	for _, c := range []*helpdesk.Certification{nil, {Kind: helpdesk.CertifiedAnomaly}, {Kind: "avvenuta-consegna"}} {
		if got := certifiedLine(c); got != "" {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
