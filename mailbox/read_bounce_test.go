package mailbox

import (
	"slices"
	"strings"
	"testing"

	"sportello/helpdesk"
)

// told is a notice of delivery and what must be read of it.
type told struct {
	mail       string
	kind       helpdesk.ReportKind
	recipients string // joined by a space
	status     string
	diagnostic string // part of it
	id         string // of the message that came back
}

const lost = "tecnico@comune.valcerva.bg.example"

// returnedCopy is what most mail systems append.
const returnedCopy = `Return-Path: <sportello@centro.example>
Received: from desk.centro.example by mx.example; Mon, 16 Nov 2026 10:00:00 +0100
From: Sportello <sportello@centro.example>
To: tecnico@comune.valcerva.bg.example
Subject: Re: Saldo [#2026-000001]
Message-ID: <t1.abc@centro.example>

Gentile ufficio
`

// status is a report of RFC 3464 with these fields for its recipient.
func status(fields string) string {
	return `From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: sportello@centro.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Non consegnato.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

` + fields + `
--b
Content-Type: text/rfc822-headers

` + returnedCopy[:strings.Index(returnedCopy, "\n\n")] + `
--b--
`
}

var notices = map[string]told{
	"Postfix": {status("Final-Recipient: rfc822; " + lost + "\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <" + lost + ">: utente sconosciuto\n"),
		helpdesk.ReportFailed, lost, "5.1.1", "utente sconosciuto", "t1.abc@centro.example"},
	"Postfix, delayed": {status("Final-Recipient: rfc822; " + lost + "\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to mx.example[192.0.2.1]:25: Connection timed out\n"),
		helpdesk.ReportDelayed, lost, "4.4.1", "Connection timed out", "t1.abc@centro.example"},
	"delivered": {status("Final-Recipient: rfc822; " + lost + "\nAction: delivered\nStatus: 2.0.0\n"),
		helpdesk.ReportDelivered, lost, "2.0.0", "", "t1.abc@centro.example"},
	"the original recipient is the one that was written to": {status("Original-Recipient: rfc822;" + lost + "\nFinal-Recipient: x400; /S=tecnico/C=IT/\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 casella piena\n"),
		helpdesk.ReportFailed, lost, "5.2.2", "casella piena", ""},
	"several recipients, the worst counts": {status("Final-Recipient: rfc822; a@x.example\nAction: delayed\nStatus: 4.2.0\n\nFinal-Recipient: rfc822; b@x.example\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; c@x.example\nAction: failed\nStatus: 5.1.1\n"),
		helpdesk.ReportFailed, "b@x.example c@x.example", "5.1.1", "", ""},
	"groups without an empty line between them": {status("Final-Recipient: rfc822; b@x.example\nAction: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; c@x.example\nAction: failed\nStatus: 5.1.1\n"),
		helpdesk.ReportFailed, "b@x.example c@x.example", "5.1.1", "", ""},
	"Exim": {`From: Mail Delivery System <Mailer-Daemon@mx.example>
X-Failed-Recipients: tecnico@comune.valcerva.bg.example
Auto-Submitted: auto-replied
To: sportello@centro.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  tecnico@comune.valcerva.bg.example
    SMTP error from remote mail server after RCPT TO:<tecnico@comune.valcerva.bg.example>:
    host mx.valcerva.example [192.0.2.7]: 550 5.1.1 no such user

------ This is a copy of the message, including all the headers. ------

` + returnedCopy, helpdesk.ReportFailed, lost, "5.1.1", "no such user", "t1.abc@centro.example"},
	"Exim, delayed": {`From: Mail Delivery System <Mailer-Daemon@mx.example>
To: sportello@centro.example
Subject: Warning: message 1abc-00 delayed 24 hours

This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

The address to which the message has not yet been delivered is:

  tecnico@comune.valcerva.bg.example

No action is required on your part. Delivery attempts will continue for
some time, and this warning may be repeated.
`, helpdesk.ReportDelayed, lost, "", "", ""},
	"qmail": {`From: MAILER-DAEMON@mx.example
To: sportello@centro.example
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<tecnico@comune.valcerva.bg.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 unknown user
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

` + returnedCopy, helpdesk.ReportFailed, lost, "5.1.1", "unknown user", "t1.abc@centro.example"},
	"Sendmail, as text": {`From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>
To: sportello@centro.example
Subject: Returned mail: see transcript for details

The original message was received at Mon, 16 Nov 2026 10:00:00 +0100
from desk.centro.example [192.0.2.3]

   ----- The following addresses had permanent fatal errors -----
<tecnico@valcerva.example>
    (expanded from: <tecnico@comune.valcerva.bg.example>)

   ----- Transcript of session follows -----
... while talking to mx.valcerva.example.:
>>> RCPT To:<tecnico@valcerva.example>
<<< 550 5.1.1 <tecnico@valcerva.example>... User unknown

   ----- Message header follows -----

` + returnedCopy, helpdesk.ReportFailed, lost, "5.1.1", "User unknown", "t1.abc@centro.example"},
	"Postfix of old, without the type": {`From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: sportello@centro.example
Subject: Undelivered Mail Returned to Sender

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

For further assistance, please contact <postmaster@mx.example>

<tecnico@comune.valcerva.bg.example>: host mx.valcerva.example[192.0.2.7] said: 552
    5.2.2 Mailbox full (in reply to RCPT TO command)

` + returnedCopy, helpdesk.ReportFailed, lost, "5.2.2", "Mailbox full", "t1.abc@centro.example"},
	"Gmail": {`From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: sportello@centro.example
Subject: Delivery Status Notification (Failure)

Delivery to the following recipient failed permanently:

     tecnico@comune.valcerva.bg.example

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the server.

The error that the other server returned was:
550 5.1.1 No such user

----- Original message -----

` + returnedCopy, helpdesk.ReportFailed, lost, "5.1.1", "No such user", "t1.abc@centro.example"},
	"Gmail, delayed": {`From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: sportello@centro.example
Subject: Delivery Status Notification (Delay)

THIS IS A WARNING MESSAGE ONLY.

YOU DO NOT NEED TO RESEND YOUR MESSAGE.

Delivery to the following recipient has been delayed:

     tecnico@comune.valcerva.bg.example

Message will be retried for 2 more day(s)
`, helpdesk.ReportDelayed, lost, "", "", ""},
	"Exchange, in Italian": {`From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@centro.example>
To: sportello@centro.example
Subject: Non recapitabile: Re: Saldo [#2026-000001]
In-Reply-To: <t1.abc@centro.example>

Recapito non riuscito per i seguenti destinatari o gruppi:

tecnico@comune.valcerva.bg.example (tecnico@comune.valcerva.bg.example)
L'indirizzo di posta elettronica immesso non esiste.

Informazioni di diagnostica per gli amministratori:
Server di generazione: AM0.example
tecnico@comune.valcerva.bg.example
Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'

Intestazioni originali messaggio:

` + returnedCopy, helpdesk.ReportFailed, lost, "5.1.10", "RecipientNotFound", "t1.abc@centro.example"},
	"Exchange of old": {`From: System Administrator <postmaster@valcerva.example>
To: sportello@centro.example
Subject: Undeliverable: Re: Saldo

Your message

  To:      tecnico
  Subject: Re: Saldo
  Sent:    Mon, 16 Nov 2026 10:00:00 +0100

did not reach the following recipient(s):

tecnico@comune.valcerva.bg.example on Mon, 16 Nov 2026 10:00:00 +0100
    The recipient name is not recognized
`, helpdesk.ReportFailed, lost, "", "not recognized", ""},
	"IIS": {`From: postmaster@valcerva.example
To: sportello@centro.example
Subject: Delivery Status Notification (Failure)

This is an automatically generated Delivery Status Notification.

Delivery to the following recipients failed.

       tecnico@comune.valcerva.bg.example
`, helpdesk.ReportFailed, lost, "", "", ""},
	"Domino": {`From: Postmaster@valcerva.example
To: sportello@centro.example
Subject: DELIVERY FAILURE: User tecnico (tecnico@comune.valcerva.bg.example) not listed in Domino Directory

Your message

  Subject: Re: Saldo

was not delivered to:

  tecnico@comune.valcerva.bg.example

because:

  User tecnico (tecnico@comune.valcerva.bg.example) not listed in Domino Directory
`, helpdesk.ReportFailed, lost, "", "not listed", ""},
	"Yahoo": {`From: MAILER-DAEMON@yahoo.example
To: sportello@centro.example
Subject: Failure Notice

Sorry, we were unable to deliver your message to the following address.

<tecnico@comune.valcerva.bg.example>:
550: 5.2.2 over quota

--- Below this line is a copy of the message.

` + returnedCopy, helpdesk.ReportFailed, lost, "5.2.2", "over quota", "t1.abc@centro.example"},
	"fields of RFC 3464 in the text": {`From: MAILER-DAEMON@mail.example
To: sportello@centro.example
Subject: Delivery Status Notification (Failure)

An error occurred while trying to deliver the mail to the following recipients:
tecnico@comune.valcerva.bg.example

Reporting-MTA: dns; out.mail.example

Action: failed
Final-Recipient: rfc822; tecnico@comune.valcerva.bg.example
Diagnostic-Code: smtp; 550 5.1.1 User Unknown
Status: 5.1.1
`, helpdesk.ReportFailed, lost, "5.1.1", "User Unknown", ""},
	"a provider in Italian": {`From: "Sistema di posta" <postmaster@fornitore.example>
To: sportello@centro.example
Subject: Mancata consegna del messaggio

Non è stato possibile recapitare il messaggio al destinatario
tecnico@comune.valcerva.bg.example

Motivo: casella piena

----- Messaggio originale -----
` + returnedCopy, helpdesk.ReportFailed, lost, "", "casella piena", "t1.abc@centro.example"},
	"Amazon SES, as an event": {`From: no-reply@sns.example
To: sportello@centro.example
Subject: Notification Message

{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"tecnico@comune.valcerva.bg.example","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":{"commonHeaders":{"messageId":"<t1.abc@centro.example>"}}}
`, helpdesk.ReportFailed, lost, "5.1.1", "user unknown", "t1.abc@centro.example"},
	"to oneself": {`From: MAILER-DAEMON@mx.example
To: sportello@centro.example
Subject: failure notice

I'm afraid I wasn't able to deliver your message to the following addresses.

<sportello@centro.example>:
552 5.2.2 over quota
`, helpdesk.ReportFailed, "sportello@centro.example", "5.2.2", "over quota", ""},
	"nobody named but the sender": {`From: MAILER-DAEMON@mx.example
To: sportello@centro.example
Subject: Mail Delivery Problem

Your mail could not be delivered because they are not accepting mail from sportello@centro.example.
`, helpdesk.ReportFailed, "", "", "", ""},
	"a notice in a filter's envelope": {`From: postmaster@valcerva.example
To: sportello@centro.example
Subject: Delivery Status Notification (Failure)
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: message/rfc822

` + status("Final-Recipient: rfc822; "+lost+"\nAction: failed\nStatus: 5.1.1\n") + `
--outer--
`, helpdesk.ReportFailed, lost, "5.1.1", "", "t1.abc@centro.example"},
}

func TestReadNotices(t *testing.T) {
	for name, want := range notices {
		t.Run(name, func(t *testing.T) {
			in := Reader{}.Read(crlf(want.mail), false)
			r := in.Report
			if r == nil {
				t.Fatal("no notice")
			}
			of := r.Recipients
			if len(of) == 0 {
				of = []string{r.Recipient}
			}
			if r.Kind != want.kind || strings.Join(of, " ") != want.recipients || r.Status != want.status || !strings.Contains(r.Diagnostic, want.diagnostic) {
				t.Errorf("read %+v", r)
			}
			if want.id != "" && !slices.Contains(in.ReportOf, want.id) {
				t.Errorf("reports on %q", in.ReportOf)
			}
			if in.Automatic == "" {
				t.Error("not automatic")
			}
		})
	}
}

// What people write about undelivered mail is theirs.
func TestReadNoNotice(t *testing.T) {
	for name, mail := range map[string]string{
		"a question about it": "From: tecnico@comune.valcerva.bg.example\nSubject: Mancata consegna PEC\n\nBuongiorno, la PEC all'indirizzo protocollo@pec.comune.example non è stata recapitata. Come si fa?\n",
		"a forward":           "From: tecnico@comune.valcerva.bg.example\nSubject: I: Undelivered Mail Returned to Sender\n\nVi giro l'errore.\n\n<sportello@centro.example>: host mx said: 550 5.1.1 User unknown\n",
		"an answer":           "From: tecnico@comune.valcerva.bg.example\nSubject: R: Delivery Status Notification (Failure)\nIn-Reply-To: <t1.abc@centro.example>\n\nOra la casella funziona.\n> 550 5.2.2 Mailbox full\n",
		"an attached one": "From: tecnico@comune.valcerva.bg.example\nSubject: Errore\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/plain\n\nVedete allegato.\n--o\nContent-Type: message/rfc822\n\n" +
			status("Final-Recipient: rfc822; "+lost+"\nAction: failed\nStatus: 5.1.1\n") + "\n--o--\n",
		"a newsletter with a null path": "From: info@bandi.example\nReturn-Path: <>\nSubject: Novità della settimana\n\nNon è stato possibile pubblicare prima.\n",
		"abuse feedback":                "From: fbl@provider.example\nSubject: Abuse report\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: text/plain\n\nabuse\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n",
	} {
		if in := (Reader{}).Read(crlf(mail), false); in.Report != nil {
			t.Errorf("%s: read as %+v", name, in.Report)
		}
	}
}

func FuzzNotice(f *testing.F) {
	for _, n := range notices {
		f.Add(crlf(n.mail))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in := Reader{}.Read(raw, false)
		if in.Report == nil {
			return
		}
		for _, s := range append(in.Report.Recipients, in.Report.Recipient, in.Report.Status, in.Report.Diagnostic) {
			checkFit(t, s)
		}
		if len(in.Report.Recipients) > maxReported {
			t.Fatal("too many recipients")
		}
	})
}

// Town halls have system administrators, who write themselves.
func TestReadAdministratorWhoAnswers(t *testing.T) {
	in := Reader{}.Read(crlf("From: Amministratore di sistema <ced@comune.valcerva.bg.example>\nSubject: R: Ribassi\nIn-Reply-To: <x@y.example>\n\n"+
		"Buongiorno, siamo in ritardo: il portale dice utente non trovato. Come facciamo?\n"), false)
	if in.Report != nil {
		t.Errorf("%+v", in.Report)
	}
}
