package helpdesk_test

import (
	"errors"
	"testing"

	"sportello/helpdesk"
)

// forward is a mail in which somebody passes on what rossi wrote.
func forward(id, from string) helpdesk.Incoming {
	in := mail(id, from, "I: Saldo", question)
	in.Forwarded = &helpdesk.Forwarded{From: helpdesk.Address{Name: "Mario Rossi", Addr: rossi}, Subject: "Saldo", Text: question}
	return in
}

func TestUseForwarded(t *testing.T) {
	d := newDesk(t)
	d.deliver(forward("a", "segreteria@provincia.example"))
	v := d.one()
	if v.Contact.Address != "segreteria@provincia.example" || v.Messages[0].Forwarded == nil || v.Messages[0].Forwarded.From.Addr != rossi {
		t.Fatalf("asker %q, forwarded %+v", v.Contact.Address, v.Messages[0].Forwarded)
	}
	n, message := v.Ticket.Number, v.Messages[0].ID
	if err := d.UseForwarded(d.ctx, d.anna, n, v.Ticket.Version, message); err != nil {
		t.Fatal(err)
	}
	v = d.one()
	if v.Contact.Address != rossi || v.Contact.Name != "Mario Rossi" {
		t.Errorf("asker %+v", v.Contact)
	}
	d.deliver(mail("b", rossi, "Re: Saldo [#2026-000001]", "Aggiungo un documento che avevo dimenticato di mandare.", "x@elsewhere.example"))
	if v = d.one(); v.Ticket.Messages != 2 {
		t.Errorf("the asker's own message did not join: %d messages", v.Ticket.Messages)
	}
	events := d.events()
	if err := d.UseForwarded(d.ctx, d.anna, n, 0, message); err != nil || d.events() != events {
		t.Errorf("a second time: %v, %d events more", err, d.events()-events)
	}
}

func TestUseForwardedRefuses(t *testing.T) {
	d := newDesk(t)
	d.deliver(forward("a", "segreteria@provincia.example"))
	d.deliver(mail("b", rossi, "Altro", "Una domanda di tutt'altro argomento, senza nulla di inoltrato."))
	own := forward("c", "terzo@provincia.example")
	own.Subject, own.Forwarded.From.Addr = "I: Nostra", d.box.Address
	d.deliver(own)
	all := d.all()
	first, third := all[0].Ticket.Number, all[2]
	for name, err := range map[string]error{
		"a message without a forward": d.UseForwarded(d.ctx, d.anna, all[1].Ticket.Number, 0, all[1].Messages[0].ID),
		"another ticket's message":    d.UseForwarded(d.ctx, d.anna, all[1].Ticket.Number, 0, all[0].Messages[0].ID),
		"no message":                  d.UseForwarded(d.ctx, d.anna, first, 0, 0),
		"our own address":             d.UseForwarded(d.ctx, d.anna, third.Ticket.Number, 0, third.Messages[0].ID),
	} {
		var refusal *helpdesk.Error
		if !errors.As(err, &refusal) || refusal.Code != helpdesk.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := d.UseForwarded(d.ctx, d.anna, first, all[0].Ticket.Version+7, all[0].Messages[0].ID); !errors.Is(err, helpdesk.ErrStale) {
		t.Errorf("an old page: %v", err)
	}
}
