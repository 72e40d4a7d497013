package helpdesk

import (
	"slices"
	"testing"
)

func TestReportReason(t *testing.T) {
	for _, c := range []struct{ status, diagnostic, want string }{
		{"5.1.1", "550 5.1.1 no", "l'indirizzo non esiste"},
		{"5.1.10", "", "l'indirizzo non esiste"},
		{"5.1.6", "", "il destinatario ha cambiato indirizzo"},
		{"4.2.2", "", "la casella è piena"},
		{"5.7.26", "", "il server del destinatario lo ha rifiutato"},
		{"4.4.7", "", "il server del destinatario non l'ha accettato in tempo"},
		{"5.0.0", "552 over quota", "la casella è piena"},
		{"", "User tecnico not listed in Domino Directory", "l'indirizzo non esiste"},
		{"", "qualcosa è andato storto", ""},
		{"", "", ""},
	} {
		if got := (Report{Status: c.status, Diagnostic: c.diagnostic}).Reason(); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.status, c.diagnostic, got, c.want)
		}
	}
}

func TestReportNamed(t *testing.T) {
	for _, c := range []struct {
		report Report
		want   []string
	}{
		{Report{}, nil},
		{Report{Recipient: "a@b.example"}, []string{"a@b.example"}},
		{Report{Recipient: "a@b.example", Recipients: []string{"a@b.example", "c@d.example"}}, []string{"a@b.example", "c@d.example"}},
	} {
		if got := c.report.Named(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.report, got, c.want)
		}
	}
}
