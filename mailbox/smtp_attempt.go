package mailbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-smtp"

	"sportello/helpdesk"
)

// attempt is one try to hand one mail to a server. What it returns decides
// whether the mail is ever tried again, so every error is placed before or
// after the one moment that counts: when the server may have read the final
// dot.
type attempt struct {
	client *smtpClient
	mail   helpdesk.Outgoing
	data   []byte
	commit func() error // makes "sending" durable

	accepted int
	refused  []string // for good
	deferred []string // for now
	reason   string   // of both
}

// errNotCommitted: DATA was not begun because "sending" could not be recorded.
var errNotCommitted = errors.New("sending not recorded")

// run goes through one SMTP transaction. The error, if any, says that the
// connection cannot be used for another.
func (a *attempt) run(ctx context.Context) (helpdesk.Delivery, error) {
	if d, ok := a.envelope(ctx); !ok {
		return d, a.after(ctx)
	}
	if err := a.commit(); err != nil {
		return helpdesk.Delivery{}, fmt.Errorf("%w: %w", errNotCommitted, err)
	}
	d, err := a.content(ctx)
	d.Refused = a.refused
	if d.Result == helpdesk.Delivered {
		// Of a mail that is tried again as a whole they are part anyway.
		d.Deferred, d.Reason = a.deferred, a.reason
	}
	return d, err
}

// envelope speaks MAIL and RCPT. Nothing has left before DATA: every fault
// here is temporary, unless the server says otherwise.
func (a *attempt) envelope(ctx context.Context) (helpdesk.Delivery, bool) {
	opts := &smtp.MailOptions{Size: int64(len(a.data))}
	if d, ok := a.fits(ctx, opts); !ok {
		return d, false
	}
	err := a.client.step(ctx, commandTimeout, "mail", func() error { return a.client.smtp.Mail(a.mail.From, opts) })
	if err != nil {
		return judge(err), false
	}
	for _, to := range a.mail.Recipients {
		err := a.rcpt(ctx, to)
		if err == nil {
			a.accepted++
			continue
		}
		d := judge(err)
		if answerOf(err) == nil && !errors.Is(err, errAddress) {
			return d, false // the connection is gone
		}
		if d.Result == helpdesk.Temporary {
			a.deferred = append(a.deferred, to)
		} else {
			a.refused = append(a.refused, to)
		}
		a.reason = strings.TrimPrefix(a.reason+"; "+d.Reason, "; ")
	}
	a.reason = clip(a.reason)
	if a.accepted > 0 {
		return helpdesk.Delivery{}, true
	}
	d := helpdesk.Delivery{Result: helpdesk.Permanent, Reason: a.reason, Refused: a.refused}
	if len(a.deferred) > 0 { // one that may pass later is worth the retry
		d.Result, d.Refused = helpdesk.Temporary, append(a.refused, a.deferred...)
	}
	return d, false
}

var errAddress = errors.New("not a valid address")

func (a *attempt) rcpt(ctx context.Context, to string) error {
	if !plainAddress(to) {
		return errAddress
	}
	return a.client.step(ctx, commandTimeout, "rcpt", func() error { return a.client.smtp.Rcpt(to, nil) })
}

// fits checks what the server announced against what we are about to send.
func (a *attempt) fits(ctx context.Context, opts *smtp.MailOptions) (helpdesk.Delivery, bool) {
	if !plainAddress(a.mail.From) && a.mail.From != "" || len(a.mail.Recipients) == 0 {
		return permanent("L'indirizzo del mittente o del destinatario non è valido."), false
	}
	var limit int
	var utf8 bool
	err := a.client.step(ctx, commandTimeout, "extensions", func() error {
		limit, _ = a.client.smtp.MaxMessageSize()
		utf8, _ = a.client.smtp.Extension("SMTPUTF8")
		return nil
	})
	switch {
	case err != nil:
		return judge(err), false
	case limit > 0 && len(a.data) > limit:
		return permanent(fmt.Sprintf("Il messaggio è di %d kB e il server ne accetta %d. Ridurre gli allegati.", len(a.data)>>10, limit>>10)), false
	case needsUTF8(a.mail) && !utf8:
		return permanent("Il server non accetta indirizzi con lettere accentate (SMTPUTF8)."), false
	}
	opts.UTF8 = needsUTF8(a.mail)
	return helpdesk.Delivery{}, true
}

// content speaks DATA. Up to the final dot a cut means that nothing arrived.
func (a *attempt) content(ctx context.Context) (helpdesk.Delivery, error) {
	var body *smtp.DataCommand
	err := a.client.step(ctx, commandTimeout, "data", func() (err error) {
		body, err = a.client.smtp.Data()
		return err
	})
	if err != nil {
		return judge(err), a.after(ctx)
	}
	transfer := commandTimeout + time.Duration(len(a.data)/slowest)*time.Second
	err = a.client.step(ctx, transfer, "message", func() error {
		_, err := body.Write(a.data)
		return err
	})
	if err != nil { // the dot is written by Close alone
		return helpdesk.Delivery{Result: helpdesk.Temporary, Reason: SMTPReason(err)}, err
	}
	a.client.out.arm()
	err = a.client.step(ctx, transfer+dotTimeout, "final dot", body.Close)
	if answer := answerOf(err); err == nil || answer != nil && answer.Code/100 == 2 {
		return helpdesk.Delivery{Result: helpdesk.Delivered}, nil
	}
	return a.afterDot(err)
}

// afterDot places an error of the final dot: refused in words, not sent to the
// end, or of unknown fate.
func (a *attempt) afterDot(err error) (helpdesk.Delivery, error) {
	if answer := answerOf(err); answer != nil && (answer.Code/100 == 4 || answer.Code/100 == 5) {
		return judge(err), nil
	}
	if a.client.out.isTorn() {
		return helpdesk.Delivery{Result: helpdesk.Temporary, Reason: SMTPReason(err)}, err
	}
	reason := "Il collegamento è caduto dopo l'invio, prima della conferma: il messaggio può essere arrivato."
	return helpdesk.Delivery{Result: helpdesk.Ambiguous, Reason: reason}, err
}

// after readies the connection for another mail. It fails, and the connection
// is given up, where it is broken or the server announced its end with 421
// (RFC 5321 §3.8).
func (a *attempt) after(ctx context.Context) error {
	return a.client.step(ctx, commandTimeout, "reset", a.client.smtp.Reset)
}

// judge places an error from before the final dot.
func judge(err error) helpdesk.Delivery {
	if errors.Is(err, errAddress) {
		return permanent("L'indirizzo del destinatario non è valido.")
	}
	answer := answerOf(err)
	if answer == nil {
		return helpdesk.Delivery{Result: helpdesk.Temporary, Reason: SMTPReason(err)}
	}
	d := helpdesk.Delivery{Result: helpdesk.Temporary, Reason: answerText(answer)}
	if answer.Code/100 == 5 {
		d.Result = helpdesk.Permanent
	}
	return d
}

func permanent(reason string) helpdesk.Delivery {
	return helpdesk.Delivery{Result: helpdesk.Permanent, Reason: reason}
}

// answerOf is the server's reply in err's chain, nil for a broken connection.
func answerOf(err error) *smtp.SMTPError {
	var answer *smtp.SMTPError
	errors.As(err, &answer)
	return answer
}

// answerText is a server's reply as people read it: "550 5.1.1 no such user".
func answerText(e *smtp.SMTPError) string {
	text := fmt.Sprintf("%d ", e.Code)
	if e.EnhancedCode[0] > 0 {
		text += fmt.Sprintf("%d.%d.%d ", e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2])
	}
	return clip(text + e.Message)
}

const reasonLimit = 500 // runes

// clip makes a stranger's words one short line of valid text.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "?")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > reasonLimit {
		s = string(runes[:reasonLimit-1]) + "…"
	}
	return s
}

// plainAddress refuses what could end the angle brackets of an envelope.
func plainAddress(s string) bool {
	return strings.Contains(s, "@") && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == '<' || r == '>' || r == 0x7f
	})
}

func needsUTF8(o helpdesk.Outgoing) bool {
	all := o.From + strings.Join(o.Recipients, "")
	return strings.ContainsFunc(all, func(r rune) bool { return r > 0x7f })
}
