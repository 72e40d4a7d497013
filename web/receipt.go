package web

import (
	"strings"

	"sportello/helpdesk"
)

// reports are what is shown of each kind; calendar answers and vacation replies
// are messages that people read.
var reports = map[helpdesk.ReportKind]label{
	helpdesk.ReportAccepted:  {"Accettata", "st-aperto"},
	helpdesk.ReportTakenOver: {"Presa in carico", "st-chiuso"},
	helpdesk.ReportDelivered: {"Consegnata", "st-aperto"},
	helpdesk.ReportDelayed:   {"Consegna in ritardo", "st-ente"},
	helpdesk.ReportFailed:    {"Mancata consegna", "st-guasto"},
	helpdesk.ReportRead:      {"Letta", "st-aperto"},
}

// failures are those with a name of their own.
var failures = map[string]string{
	helpdesk.CertifiedRefusal: "Non accettata",
	helpdesk.CertifiedVirus:   "Bloccata: virus",
}

func newReceipts(all []helpdesk.Message) []receipt {
	var shown []receipt
	for _, m := range all {
		if m.Report == nil {
			continue
		}
		l, ok := reports[m.Report.Kind]
		if !ok {
			continue
		}
		r := receipt{ID: m.ID, Label: l.text, Class: l.class, Recipient: strings.Join(m.Report.Named(), ", "), At: m.At, Unverified: m.Unverified}
		r.Word = "avviso"
		if m.Certified != nil {
			r.Word = "ricevuta"
			if name := failures[m.Certified.Kind]; name != "" {
				r.Label = name
			}
			if !m.Certified.At.IsZero() {
				r.At = m.Certified.At
			}
		}
		if m.Report.Kind == helpdesk.ReportFailed || m.Report.Kind == helpdesk.ReportDelayed {
			r.Reason = reasonOf(*m.Report)
			r.CertifiedOnly = helpdesk.TakesCertifiedOnly(m.Report.Diagnostic)
		}
		shown = append(shown, r)
	}
	return shown
}

// reasonOf says why in Italian, then in the server's words, which say it once.
func reasonOf(r helpdesk.Report) string {
	said := r.Diagnostic
	if !strings.Contains(said, r.Status) {
		said = strings.TrimSpace(r.Status + " " + said)
	}
	switch why := r.Reason(); {
	case why == "" || strings.Contains(said, why):
		return said
	case said == "":
		return why
	default:
		return why + " · " + said
	}
}

// certifiedLine is what the provider states, in its own zone: that is the legal
// time. Nobody has verified its signature.
func certifiedLine(c *helpdesk.Certification) string {
	if c == nil || c.Kind != helpdesk.CertifiedEnvelope {
		return ""
	}
	var said []string
	if !c.At.IsZero() {
		said = append(said, "certificata il "+c.At.Format("02/01/2006 alle 15:04:05 (-0700)"))
	}
	if c.Provider != "" {
		said = append(said, "gestore "+c.Provider)
	}
	return strings.Join(append(said, "firma del gestore non verificata"), " · ")
}
