package web

import (
	"fmt"
	"slices"
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

// newReceipts sorts what was reported of a mail of ours: what did not arrive
// first, then what holds, and apart what something later or worse has taken
// the place of.
func newReceipts(all []helpdesk.Message) (holding, past []receipt) {
	s := newStanding(all)
	for i, m := range all {
		if m.Report == nil {
			continue
		}
		l, ok := reports[m.Report.Kind]
		switch {
		case !ok:
		case s.holds(i, m):
			holding = append(holding, newReceipt(m, l))
		default:
			past = append(past, newReceipt(m, l))
		}
	}
	slices.SortStableFunc(holding, func(a, b receipt) int {
		switch {
		case a.Failed == b.Failed:
			return 0
		case a.Failed:
			return -1
		}
		return 1
	})
	return holding, past
}

func newReceipt(m helpdesk.Message, l label) receipt {
	r := receipt{ID: m.ID, Label: l.text, Class: l.class, Recipient: someOf(m.Report.Named()), At: m.At, Unverified: m.Unverified}
	r.Failed = m.Report.Kind == helpdesk.ReportFailed
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
	if r.Failed || m.Report.Kind == helpdesk.ReportDelayed {
		r.Reason = reasonOf(*m.Report)
		r.CertifiedOnly = helpdesk.TakesCertifiedOnly(m.Report.Diagnostic)
	}
	return r
}

// standing says which report holds of each recipient. What anybody may have
// written takes the place of nothing that is certain.
type standing struct {
	best    map[standingKey]int // index of the report
	decided bool                // some provider says how it ended
}

type standingKey struct {
	recipient  string
	unverified bool
}

// severity: the worse holds, and of two alike the later. Acceptance is not of a
// recipient and stands beside.
var severity = map[helpdesk.ReportKind]int{
	helpdesk.ReportDelayed: 1, helpdesk.ReportDelivered: 2, helpdesk.ReportRead: 3, helpdesk.ReportFailed: 4,
}

func newStanding(all []helpdesk.Message) standing {
	s := standing{best: map[standingKey]int{}}
	for i, m := range all {
		if m.Report == nil || severity[m.Report.Kind] == 0 {
			continue
		}
		s.decided = s.decided || m.Report.Kind != helpdesk.ReportDelayed && !m.Unverified
		for _, key := range standingKeys(m) {
			if old, ok := s.best[key]; !ok || severity[m.Report.Kind] >= severity[all[old].Report.Kind] {
				s.best[key] = i
			}
		}
	}
	return s
}

func standingKeys(m helpdesk.Message) (keys []standingKey) {
	for _, name := range m.Report.Named() {
		keys = append(keys, standingKey{strings.ToLower(name), m.Unverified})
	}
	if keys == nil {
		return []standingKey{{"", m.Unverified}}
	}
	return keys
}

func (s standing) holds(i int, m helpdesk.Message) bool {
	switch m.Report.Kind {
	case helpdesk.ReportAccepted:
		return true
	case helpdesk.ReportTakenOver:
		return !s.decided
	}
	return slices.ContainsFunc(standingKeys(m), func(key standingKey) bool { return s.best[key] == i })
}

// someOf names the first of many recipients; the notice itself names all.
func someOf(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s e altri %d", strings.Join(names[:most], ", "), len(names)-most)
}

// reportLines are the reports of which the page says all on the mail of ours
// that they are about: by the id of each, its line in the thread.
func reportLines(all []helpdesk.MessageView) map[int64]reportLine {
	lines := map[int64]reportLine{}
	for _, about := range all {
		for _, m := range about.Reports {
			if m.Report == nil || problemOf(m) != "" {
				continue
			}
			if l, ok := reports[m.Report.Kind]; ok {
				r := newReceipt(m, l)
				lines[m.ID] = reportLine{ID: m.ID, About: about.ID, Label: r.Label, Recipient: r.Recipient, At: m.At, Failed: r.Failed}
			}
		}
	}
	return lines
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
