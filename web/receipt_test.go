package web

import (
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
		{helpdesk.Report{Kind: helpdesk.ReportAccepted}, &helpdesk.Certification{Kind: "accettazione", At: legal}, receipt{7, "Accettata", "ricevuta", "st-aperto", "", "", legal, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportDelivered, Recipient: "a@pec.example"}, &helpdesk.Certification{Kind: "avvenuta-consegna"}, receipt{7, "Consegnata", "ricevuta", "st-aperto", "a@pec.example", "", arrived, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Status: "5.1.1", Diagnostic: "indirizzo non valido"}, &helpdesk.Certification{Kind: "errore-consegna", At: legal}, receipt{7, "Mancata consegna", "ricevuta", "st-guasto", "", "l'indirizzo non esiste · 5.1.1 indirizzo non valido", legal, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Diagnostic: "troppo grande"}, &helpdesk.Certification{Kind: "non-accettazione", At: legal}, receipt{7, "Non accettata", "ricevuta", "st-guasto", "", "troppo grande", legal, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed}, &helpdesk.Certification{Kind: "rilevazione-virus", At: legal}, receipt{7, "Bloccata: virus", "ricevuta", "st-guasto", "", "", legal, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: "a@x.example", Status: "5.1.1", Diagnostic: "550 no"}, nil, receipt{7, "Mancata consegna", "avviso", "st-guasto", "a@x.example", "l'indirizzo non esiste · 5.1.1 550 no", arrived, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: "a@x.example", Recipients: []string{"a@x.example", "b@x.example"}, Status: "5.2.2", Diagnostic: "552 5.2.2 full"}, nil,
			receipt{7, "Mancata consegna", "avviso", "st-guasto", "a@x.example, b@x.example", "la casella è piena · 552 5.2.2 full", arrived, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportDelayed, Diagnostic: "dopo 12 ore"}, nil, receipt{7, "Consegna in ritardo", "avviso", "st-ente", "", "dopo 12 ore", arrived, false, false}},
		{helpdesk.Report{Kind: helpdesk.ReportVacation}, nil, receipt{}},
	}
	for _, v := range tests {
		got := newReceipts([]helpdesk.Message{{ID: 7, At: arrived, Report: &v.report, Certified: v.certified}, {ID: 8}})
		switch {
		case v.want.ID == 0 && len(got) == 0:
		case len(got) != 1 || got[0] != v.want:
			t.Errorf("%+v: %+v, want %+v", v.report, got, v.want)
		}
	}
}

// Whose word it is stands beside it.
func TestUnverifiedReceipt(t *testing.T) {
	got := newReceipts([]helpdesk.Message{{Unverified: true, Report: &helpdesk.Report{Kind: helpdesk.ReportDelivered}}})
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
