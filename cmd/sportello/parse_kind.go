package main

import (
	"sportello/helpdesk"
	"sportello/mailbox"
)

// parsedKind is what a message is, in a word for programs and one for people,
// and what told so.
type parsedKind struct {
	Code  string `json:"code"` // person, automatic, or the kind of a report
	Label string `json:"label"`
	Why   string `json:"why"`
}

var reportLabels = map[helpdesk.ReportKind]string{
	helpdesk.ReportFailed:    "avviso di mancata consegna",
	helpdesk.ReportDelayed:   "avviso di consegna in ritardo",
	helpdesk.ReportAccepted:  "ricevuta di accettazione",
	helpdesk.ReportDelivered: "ricevuta di consegna",
	helpdesk.ReportRead:      "conferma di lettura",
	helpdesk.ReportVacation:  "risposta automatica a un nostro messaggio",
	helpdesk.ReportCalendar:  "risposta a un invito",
}

func kindOf(e *mailbox.Examination) parsedKind {
	in := e.Incoming
	switch {
	case in.Report != nil:
		k := parsedKind{string(in.Report.Kind), reportLabels[in.Report.Kind], in.Automatic}
		if e.Certified != "" {
			k.Why = "posta certificata: «" + e.Certified + "»"
		}
		return k
	case in.Automatic != "":
		return parsedKind{"automatic", "messaggio automatico", in.Automatic}
	case e.Enclosed():
		return parsedKind{"person", "messaggio di una persona, per posta certificata", "è nella busta «" + e.Certified + "» di " + e.Sender.Addr}
	case e.Certified != "":
		return parsedKind{"person", "messaggio di una persona", "si dice posta certificata («" + e.Certified + "») ma non contiene una busta da aprire"}
	}
	return parsedKind{"person", "messaggio di una persona", "nulla dice che sia automatico"}
}
