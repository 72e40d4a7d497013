package helpdesk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

const (
	rossi   = "tecnico@comune.valcerva.bg.example"
	verdi   = "sindaco@comune.valcerva.bg.example" // of the same body
	pecAddr = "protocollo@pec.comune.valcerva.bg.example"
	bianchi = "bianchi@libero.example"
	evil    = "evil@strangers.example"
)

const question = "Buongiorno, possiamo usare i ribassi d'asta per le opere complementari?"

// Every rule of the design's «Receive», a row each: what came, and who ends
// up together. «|» parts tickets.
func TestThreads(t *testing.T) {
	for name, c := range map[string]struct {
		in   []helpdesk.Incoming
		want string
	}{
		"two questions are two tickets": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", rossi, "Due", "Un'altra domanda, su tutt'altro argomento, grazie.")}, "a | b"},
		"a reply by its sender joins": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", rossi, "R: Uno", "Aggiungo un dettaglio.", "a")}, "a+b"},
		"a reply by a colleague of the same body joins": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", verdi, "R: Uno", "Aggiungo un dettaglio.", "a")}, "a+b"},
		"a reply by PEC of the same body joins": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", pecAddr, "R: Uno", "Aggiungo un dettaglio.", "a")}, "a+b"},
		"a reply that comes first": {
			[]helpdesk.Incoming{mail("b", rossi, "R: Uno", "Aggiungo un dettaglio.", "a"), mail("a", rossi, "Uno", question)}, "a+b"},
		"siblings that reference a message never seen": {
			[]helpdesk.Incoming{mail("b", rossi, "R: Uno", "Primo.", "x"), mail("c", rossi, "R: Uno", "Secondo.", "x")}, "b+c"},
		"a stranger with a foreign id opens a new ticket": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", evil, "R: Uno", "Mi intrometto.", "a")}, "a | b"},
		"two people of a shared domain are strangers": {
			[]helpdesk.Incoming{mail("a", bianchi, "Uno", question), mail("b", "neri@libero.example", "R: Uno", "Mi intrometto.", "a")}, "a | b"},
		"the number in the subject, by its sender": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", rossi, "Uno [#2026-000001]", "Aggiungo.")}, "a+b"},
		"the number in the subject, by the same body": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", pecAddr, "POSTA CERTIFICATA: Uno [#2026-000001]", "Aggiungo.")}, "a+b"},
		"the number in the subject, by a stranger": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", evil, "Uno [#2026-000001]", "Aggiungo.")}, "a | b"},
		"a number that does not exist": {
			[]helpdesk.Incoming{mail("b", rossi, "Uno [#2026-000077]", "Aggiungo.")}, "b"},
		"a message that ties two tickets merges the younger into the older": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("b", rossi, "Due", "Una seconda domanda."), mail("c", rossi, "R: Due", "Li unisco.", "a", "b")}, "a+b+c"},
		"tickets of two senders are not merged by a third": {
			[]helpdesk.Incoming{mail("a", bianchi, "Uno", question), mail("b", rossi, "Due", "Una seconda domanda."), mail("c", rossi, "R: Due", "Rispondo a due.", "a", "b")}, "a | b+c"},
		"another message under the same Message-ID is another message": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("a", evil, "Altro", "Tutt'altro testo di uno sconosciuto.")}, "a | a"},
		"the same id, sender and subject with another body": {
			[]helpdesk.Incoming{mail("a", rossi, "Uno", question), mail("a", rossi, "Uno", "Testo corretto della stessa domanda.")}, "a+a"},
		"no Message-ID at all": {
			[]helpdesk.Incoming{mail("", rossi, "Uno", question), mail("", rossi, "Due", "Un'altra domanda.")}, " | "},
		"no sender at all": {
			[]helpdesk.Incoming{mail("a", "", "Uno", question), mail("b", "", "Due", question, "a")}, "a | b"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			for i, in := range c.in {
				d.now = tuesday.Add(time.Duration(i) * time.Minute)
				d.deliver(in)
			}
			if got := d.partition(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Copies: one message, however many ways it came.
func TestCopies(t *testing.T) {
	same := mail("a", rossi, "Uno", question)
	pec := mail("opec1", pecAddr, "Prot. n. 12/2026 Uno", question)
	pec.Channel, pec.AlsoIDs = helpdesk.ChannelPEC, []string{"client1"}
	inner := mail("client1", pecAddr, "Prot. n. 12/2026 Uno", question)
	later := pec
	later.MessageID, later.AlsoIDs = "opec2", nil
	foreign := mail("z", bianchi, "Uno", question)
	foreign.Channel = helpdesk.ChannelPEC
	for name, c := range map[string]struct {
		first, second helpdesk.Incoming
		apart         time.Duration
		want          string
		copies        int
	}{
		"the same mail in two boxes":            {same, same, time.Minute, "a", 1},
		"PEC and the same mail by ordinary way": {pec, inner, 10 * time.Minute, "opec1", 1},
		"courtesy copy under another id":        {pec, same, 10 * time.Minute, "opec1", 1},
		"courtesy copy before the PEC":          {same, pec, 10 * time.Minute, "a", 1},
		"courtesy copy after two days":          {pec, same, 49 * time.Hour, "a | opec1", 0},
		"same text of another sender":           {same, foreign, time.Minute, "a | z", 0},
		"same text again by the same way":       {same, mail("b", rossi, "Uno", question), time.Minute, "a | b", 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			first, second := c.first, c.second
			first.Date, second.Date = tuesday, tuesday
			d.deliver(first)
			d.now = tuesday.Add(c.apart)
			d.deliver(second)
			if got := d.partition(); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			copies := 0
			for _, v := range d.all() {
				for _, m := range v.Messages {
					copies += len(m.Copies)
				}
				if v.Ticket.Messages != 1 {
					t.Errorf("a copy is counted: %d messages", v.Ticket.Messages)
				}
			}
			if copies != c.copies {
				t.Errorf("%d copies, want %d", copies, c.copies)
			}
		})
	}
}

// Six messages of two senders and a stranger in all 720 orders: the same
// messages stand together.
func TestThreadsInAnyOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("4,320 messages; not with -short")
	}
	six := []helpdesk.Incoming{
		mail("a", rossi, "Uno", question),
		mail("b", verdi, "R: Uno", "Aggiungo il quadro economico.", "a"),
		mail("c", rossi, "R: Uno", "Ecco anche il CUP.", "a", "b"),
		mail("d", bianchi, "R: Uno", "Scrivo come consulente.", "a"),
		mail("e", bianchi, "R: Uno", "E aggiungo un allegato.", "a", "d"),
		mail("f", rossi, "R: Uno", "Grazie, e per la scadenza?", "c"),
	}
	want := "a+b+c+f | d+e"
	d := newDesk(t)
	seen, first := 0, 1
	permute(len(six), func(order []int) {
		for i, k := range order {
			d.now = tuesday.Add(time.Duration(i) * time.Minute)
			in := six[k]
			in.MessageID = fmt.Sprintf("%s.%d", in.MessageID, seen)
			in.InReplyTo, in.References = suffixed(in.InReplyTo, seen), suffixed(in.References, seen)
			in.From.Addr = strings.Replace(in.From.Addr, "@", fmt.Sprintf("@n%d.", seen), 1)
			in.From.Addr = strings.Replace(in.From.Addr, ".comune.valcerva", fmt.Sprintf(".comune.valcerva%d", seen), 1)
			in.Text = fmt.Sprintf("%s (%d)", in.Text, seen)
			d.deliver(in)
		}
		if got := strings.ReplaceAll(partition(d.from(first)), fmt.Sprintf(".%d", seen), ""); got != want {
			t.Errorf("order %v: %q, want %q", order, got, want)
		}
		for first += 2; ; first++ {
			if len(d.from(first)) == 0 {
				break
			}
		}
		seen++
	})
	if seen != 720 {
		t.Errorf("%d orders", seen)
	}
}

func suffixed(ids []string, n int) []string {
	var out []string
	for _, id := range ids {
		out = append(out, fmt.Sprintf("%s.%d", id, n))
	}
	return out
}

func permute(n int, visit func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var rec func(int)
	rec = func(k int) {
		if k == n {
			visit(slices.Clone(order))
			return
		}
		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			rec(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	rec(0)
}

// An id that we issued joins its ticket from any address; the address is
// marked, and is not written to by itself (S-21, S-22).
func TestReplyToOursFromUnknownAddress(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	out := d.reply(d.one().Ticket.Number, "k1")
	d.now = tuesday.Add(time.Hour)
	d.deliver(mail("b", evil, "R: Uno", "Rispondo dalla mia casella privata.", out.Ref))
	v := d.one()
	last := v.Messages[len(v.Messages)-1]
	if last.MessageID != "b" || !last.Unverified {
		t.Errorf("the reply is %+v", last.Message)
	}
	if v.Ticket.State != helpdesk.StateOpen {
		t.Errorf("state %s", v.Ticket.State)
	}
	page, err := d.store.Queue(d.ctx, helpdesk.QueueQuery{View: helpdesk.ViewOpen})
	if err != nil {
		t.Fatal(err)
	}
	if row := page.Rows[0]; !row.NewSender || row.Excerpt != "Rispondo dalla mia casella privata." {
		t.Errorf("the queue shows %+v", row)
	}
	// It gave the stranger no right to join by a foreign id.
	d.deliver(mail("c", evil, "R: Uno", "Ancora io.", "a"))
	if got := len(d.all()); got != 2 {
		t.Errorf("%d tickets, want two", got)
	}
}

// What stands in the way of one ticket becoming two, or two one.
func TestTies(t *testing.T) {
	ministry := "help@ministero.example"
	other := "tecnico@comune.roncate.pv.example"
	t.Run("a third party in copy everywhere does not merge two towns", func(t *testing.T) {
		d := newDesk(t)
		d.deliver(mail("a", rossi, "Uno", question))
		d.deliver(mail("b", other, "Due", "Una domanda di un altro Comune, su altro argomento."))
		var refs []string
		for i, v := range d.all() {
			err := d.Reply(d.ctx, d.anna, helpdesk.ReplyForm{Number: v.Ticket.Number, Key: fmt.Sprint(i), Seen: newest(v), To: []string{v.Contact.Address},
				Cc: []string{ministry}, Markdown: "Ecco.", StateAfter: helpdesk.StateAnswered})
			if err != nil {
				t.Fatal(err)
			}
			refs = append(refs, d.outgoingByKey(fmt.Sprintf("reply:%d", i)).Ref)
		}
		d.deliver(mail("c", ministry, "R: Uno", "Rispondo a tutti e due insieme.", refs...))
		if len(d.all()) != 2 {
			t.Errorf("%d tickets, want two", len(d.all()))
		}
	})
	t.Run("a leaked id of ours merges nothing", func(t *testing.T) {
		d := newDesk(t)
		d.deliver(mail("a", rossi, "Uno", question))
		out := d.reply(d.one().Ticket.Number, "k1")
		d.deliver(mail("b", rossi, "Due", "Una seconda domanda, che resta a sé."))
		d.deliver(mail("c", evil, "R: Uno", "Mi intrometto.", "b", out.Ref))
		if len(d.all()) != 2 {
			t.Errorf("%d tickets, want two", len(d.all()))
		}
	})
	t.Run("forwards by one colleague do not merge two towns", func(t *testing.T) {
		d := newDesk(t)
		for i, asker := range []string{rossi, other} {
			in := mail(fmt.Sprint("f", i), d.anna.Email, "I: Circolare", fmt.Sprintf("Passo allo sportello, numero %d.", i), "circolare")
			in.Forwarded = &helpdesk.Forwarded{From: helpdesk.Address{Addr: asker}, Subject: "Circolare"}
			d.deliver(in)
		}
		if len(d.all()) != 2 {
			t.Errorf("%d tickets, want two", len(d.all()))
		}
	})
	t.Run("a circular that sixty towns answer ties each to its own", func(t *testing.T) {
		d := newDesk(t)
		for i := range 60 {
			d.deliver(mail(fmt.Sprint("q", i), fmt.Sprintf("u@comune.n%d.bg.example", i), "R: Circolare", fmt.Sprintf("Domanda del Comune numero %d sulla circolare.", i), "circolare"))
		}
		d.deliver(mail("seguito", "u@comune.n59.bg.example", "R: Circolare", "Aggiungo un dettaglio.", "circolare", "q59"))
		all := d.all()
		if last := all[len(all)-1]; len(all) != 60 || last.Ticket.Messages != 2 {
			t.Errorf("%d tickets, the last of %d messages", len(all), last.Ticket.Messages)
		}
		for _, v := range all {
			if len(v.Linked) > 5+5 {
				t.Errorf("%s is linked to %d tickets", v.Ticket.Number, len(v.Linked))
			}
		}
	})
	t.Run("the newest ids of a long thread are the ones that tie", func(t *testing.T) {
		d := newDesk(t)
		d.deliver(mail("ultimo", rossi, "Uno", question))
		var refs []string
		for i := range 300 {
			refs = append(refs, fmt.Sprint("vecchio", i))
		}
		in := mail("b", rossi, "R: Uno", "Aggiungo.", append(refs, "ultimo")...)
		in.InReplyTo = nil
		d.deliver(in)
		if len(d.all()) != 1 {
			t.Errorf("%d tickets, want one", len(d.all()))
		}
	})
	t.Run("what is merged into a waiting ticket wakes it", func(t *testing.T) {
		d := newDesk(t)
		d.deliver(mail("a", rossi, "Uno", question))
		n := d.one().Ticket.Number
		if err := d.Take(d.ctx, d.luca, n, 0); err != nil {
			t.Fatal(err)
		}
		if err := d.Snooze(d.ctx, d.luca, n, 0, tuesday.AddDate(0, 2, 0)); err != nil {
			t.Fatal(err)
		}
		in := mail("f", d.anna.Email, "I: Sollecito", "Sollecitano.", "a")
		in.Forwarded = &helpdesk.Forwarded{From: helpdesk.Address{Addr: rossi}, Subject: "Sollecito"}
		d.deliver(in)
		if v := d.one(); v.Ticket.State != helpdesk.StateOpen {
			t.Errorf("the ticket is %s", v.Ticket.State)
		}
		page, err := d.store.Queue(d.ctx, helpdesk.QueueQuery{View: helpdesk.ViewUnread, UserID: d.luca.ID})
		if err != nil || len(page.Rows) != 1 {
			t.Errorf("its owner has %d to read, %v", len(page.Rows), err)
		}
	})
}

// An id of ours on somebody else's message does not make it ours.
func TestOurIDOnAnotherMessage(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	out := d.reply(d.one().Ticket.Number, "k1")
	d.deliver(mail(out.Ref, rossi, "R: Uno", "Il mio programma riusa gli identificativi.", "a"))
	if v := d.one(); v.Ticket.Messages != 3 || v.Ticket.State != helpdesk.StateOpen {
		t.Errorf("%d messages, %s", v.Ticket.Messages, v.Ticket.State)
	}
	ours := mail(out.Ref, "sportello@centro.example", "Re: Uno", "Sì, si può.", "a")
	d.deliver(ours)
	if v := d.one(); v.Ticket.Messages != 3 {
		t.Errorf("our own mail coming back is counted: %d messages", v.Ticket.Messages)
	}
}

// Copies of what is no question are copies too.
func TestCopiesOfColleagues(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	note := mail("n", d.anna.Email, "R: Uno", "Io direi di sì.", "a")
	note.Date = tuesday
	d.deliver(note)
	d.deliver(note)
	notes := 0
	for _, m := range d.one().Messages {
		if m.Kind == helpdesk.KindNote {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("%d notes of one mail", notes)
	}
}

// The PEC brings the file that the courtesy mail lacked.
func TestCopyWithMoreFiles(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	n := d.one().Ticket.Number
	d.reply(n, "k1")
	pec := mail("p", pecAddr, "Uno", question)
	pec.Channel = helpdesk.ChannelPEC
	pec.Attachments = []helpdesk.Attachment{{Name: "atto.pdf", Type: "application/pdf", Size: 4, Blob: helpdesk.NewBlob([]byte("%PDF"))}}
	d.deliver(pec)
	v := d.one()
	if !v.Ticket.HasAttachments || v.Ticket.State != helpdesk.StateOpen {
		t.Errorf("attachments %v, state %s", v.Ticket.HasAttachments, v.Ticket.State)
	}
}

// The signature of a mail is no file that somebody sent.
func TestSignatureIsNoFile(t *testing.T) {
	d := newDesk(t)
	signed := mail("a", rossi, "Uno", question)
	signed.Attachments = []helpdesk.Attachment{{Name: "smime.p7s", Type: "application/pkcs7-signature", Wrapper: true, Blob: helpdesk.NewBlob([]byte("0"))}}
	d.deliver(signed)
	if d.one().Ticket.HasAttachments {
		t.Error("a signed mail has attachments")
	}
}

// A message that the server took before our answer, and we after it, was not
// seen by who answers next.
func TestAnswerBehindALateMessage(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	n := d.one().Ticket.Number
	d.reply(n, "k1")
	seen := newest(d.one())
	d.now = tuesday.Add(-time.Hour)
	d.deliver(mail("b", rossi, "R: Uno", "Questo era in ritardo.", "a"))
	d.now = tuesday.Add(time.Hour)
	err := d.Reply(d.ctx, d.anna, helpdesk.ReplyForm{Number: n, Key: "k2", Seen: seen, To: []string{rossi}, Markdown: "Eccomi.", StateAfter: helpdesk.StateAnswered})
	if helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("the answer left: %v", err)
	}
}

// Two of our mailboxes, one person: one acknowledgement a day (S-33).
func TestOneAcknowledgementFromAllMailboxes(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	pec := mail("b", rossi, "Due", "Una seconda domanda, scritta all'altra casella.")
	pec.Channel = helpdesk.ChannelPEC
	d.deliver(pec)
	if got := len(d.acks()); got != 1 {
		t.Errorf("%d acknowledgements", got)
	}
}

// Forged references never make a staff message, and never send mail (S-20).
func TestForgedStaffReply(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	d.acks()
	before := len(d.acks())
	for i := range 20 {
		d.deliver(mail(fmt.Sprintf("f%d", i), d.anna.Email, "Re: Uno [#2026-000001]", "Paghi qui: http://evil.example", "a", fmt.Sprintf("notify-%d-1@centro.example", i)))
	}
	for _, v := range d.all() {
		for _, m := range v.Messages {
			if m.Kind == helpdesk.KindReply {
				t.Fatalf("a mail became a staff reply: %+v", m.Message)
			}
		}
	}
	if len(d.acks()) != before {
		t.Error("mail of a colleague was acknowledged")
	}
}

func TestColleagues(t *testing.T) {
	t.Run("a forward opens a ticket for its original sender", func(t *testing.T) {
		d := newDesk(t)
		in := mail("a", d.anna.Email, "I: Ribassi", "Passo allo sportello.")
		in.Forwarded = &helpdesk.Forwarded{From: helpdesk.Address{Name: "Mario Rossi", Addr: rossi}, Subject: "Ribassi"}
		d.deliver(in)
		if v := d.one(); v.Contact.Address != rossi || v.Ticket.Subject != "Ribassi" {
			t.Errorf("contact %+v, subject %q", v.Contact, v.Ticket.Subject)
		}
		if len(d.acks()) != 0 {
			t.Error("it was acknowledged")
		}
	})
	t.Run("a forward of a message that came by itself stands with it, in either order", func(t *testing.T) {
		forward := func(d *testDesk) helpdesk.Incoming {
			in := mail("f", d.anna.Email, "I: Uno", "Passo allo sportello.", "a")
			in.Forwarded = &helpdesk.Forwarded{From: helpdesk.Address{Addr: rossi}, Subject: "Uno"}
			return in
		}
		for _, forwardFirst := range []bool{true, false} {
			d := newDesk(t)
			if forwardFirst {
				d.deliver(forward(d))
			}
			d.deliver(mail("a", rossi, "Uno", question))
			if !forwardFirst {
				d.deliver(forward(d))
			}
			if len(d.all()) != 1 {
				t.Errorf("forward first %v: %d tickets", forwardFirst, len(d.all()))
			}
		}
	})
	t.Run("an answer to a known ticket is a note", func(t *testing.T) {
		d := newDesk(t)
		d.deliver(mail("a", rossi, "Uno", question))
		d.deliver(mail("b", d.anna.Email, "R: Uno", "Io direi di sì.", "a"))
		v := d.one()
		if last := v.Messages[len(v.Messages)-1]; last.Kind != helpdesk.KindNote || last.MessageID != "b" {
			t.Errorf("it became %+v", last.Message)
		}
	})
	t.Run("anything else opens a ticket", func(t *testing.T) {
		d := newDesk(t)
		d.deliver(mail("a", d.anna.Email, "Una domanda mia", question))
		if v := d.one(); v.Contact.Address != d.anna.Email {
			t.Errorf("contact %+v", v.Contact)
		}
	})
	t.Run("who left is a stranger", func(t *testing.T) {
		d := newDesk(t)
		d.deliver(mail("a", rossi, "Uno", question))
		err := d.ChangeUser(d.ctx, helpdesk.User{}, d.luca.ID, helpdesk.UserForm{Email: d.luca.Email, Name: d.luca.Name, Role: d.luca.Role})
		if err != nil {
			t.Fatal(err)
		}
		d.deliver(mail("b", d.luca.Email, "R: Uno", "Sono ancora qui.", "a"))
		if got := len(d.all()); got != 2 {
			t.Errorf("%d tickets, want two", got)
		}
	})
}

func TestReopening(t *testing.T) {
	for name, c := range map[string]struct {
		state helpdesk.State
		after time.Duration
		text  string
		auto  string
		want  helpdesk.State
		count int
	}{
		"a person's reply opens an answered ticket": {helpdesk.StateAnswered, time.Hour, "Non mi è chiaro il terzo punto.", "", helpdesk.StateOpen, 1},
		"a mere thanks does not":                    {helpdesk.StateAnswered, time.Hour, "Grazie mille!", "", helpdesk.StateAnswered, 1},
		"an automatic reply does not":               {helpdesk.StateAnswered, time.Hour, "Sono assente.", "Auto-Submitted: auto-generated", helpdesk.StateAnswered, 1},
		"waiting for the body":                      {helpdesk.StateWaitingOrg, time.Hour, "Ecco il documento.", "", helpdesk.StateOpen, 1},
		"waiting for third parties":                 {helpdesk.StateWaitingThird, time.Hour, "Novità?", "", helpdesk.StateOpen, 1},
		"closed within the grace period":            {helpdesk.StateClosed, 29 * 24 * time.Hour, "Riapro la questione.", "", helpdesk.StateOpen, 1},
		"closed longer: a new, linked ticket":       {helpdesk.StateClosed, 31 * 24 * time.Hour, "Riapro la questione.", "", helpdesk.StateClosed, 2},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.deliver(mail("a", rossi, "Uno", question))
			n := d.one().Ticket.Number
			d.reply(n, "k1")
			if c.state != helpdesk.StateAnswered {
				if err := d.SetState(d.ctx, d.anna, n, 0, c.state); err != nil {
					t.Fatal(err)
				}
			}
			d.now = tuesday.Add(c.after)
			in := mail("b", rossi, "R: Uno", c.text, "a")
			in.Automatic = c.auto
			d.deliver(in)
			all := d.all()
			if len(all) != c.count || all[0].Ticket.State != c.want {
				t.Fatalf("%d tickets, the first %s; want %d, %s", len(all), all[0].Ticket.State, c.count, c.want)
			}
			if c.count == 2 && (len(all[1].Linked) != 1 || all[1].Linked[0].ID != all[0].Ticket.ID) {
				t.Errorf("not linked: %+v", all[1].Linked)
			}
		})
	}
}

// A message that crossed our answer on its way was read by nobody.
func TestCrossedMessages(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	d.reply(d.one().Ticket.Number, "k1")
	d.now = tuesday.Add(-time.Minute) // the mail server's clock, or its queue
	d.deliver(mail("b", rossi, "R: Uno", "Aspettate, ho sbagliato il CUP.", "a"))
	if got := d.one().Ticket.State; got != helpdesk.StateOpen {
		t.Errorf("the ticket is %s", got)
	}
}

func TestBlockedAndSpam(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", evil, "Offerta", "Compri subito le nostre stampanti a metà prezzo, clicchi qui."))
	n := d.one().Ticket.Number
	if err := d.Spam(d.ctx, d.anna, n, 0, true); err != nil {
		t.Fatal(err)
	}
	d.now = tuesday.Add(48 * time.Hour)
	before := len(d.acks())
	d.deliver(mail("b", evil, "Altra offerta", "Compri subito anche i nostri toner a metà prezzo, clicchi qui."))
	for _, v := range d.all() {
		if v.Ticket.State != helpdesk.StateSpam {
			t.Errorf("%s is %s", v.Ticket.Number, v.Ticket.State)
		}
	}
	if len(d.acks()) != before {
		t.Error("spam was acknowledged")
	}
	if v := d.all()[0]; !v.Blocked {
		t.Error("the ticket does not say that its sender is blocked")
	}
	if err := d.Unblock(d.ctx, d.anna, n, 0); err != nil {
		t.Fatal(err)
	}
	d.deliver(mail("c", evil, "Una domanda vera", "Stavolta ho una domanda vera sui fondi del PNRR, grazie."))
	if all := d.all(); all[len(all)-1].Ticket.State != helpdesk.StateNew || all[0].Blocked {
		t.Errorf("after unblocking a ticket is %s", all[len(all)-1].Ticket.State)
	}
}
