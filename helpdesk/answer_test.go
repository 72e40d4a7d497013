package helpdesk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

const carla, ugo = "Carla Villa <tecnico@comune.valcerva.example>", "Ugo Riva <tecnico@comune.altofiume.example>"

// ask receives a question and gives its number.
func (d *testDesk) ask(id, from, subject, text string) helpdesk.Number {
	d.t.Helper()
	name, addr, _ := strings.Cut(strings.TrimSuffix(from, ">"), " <")
	in := mail(id, addr, subject, text)
	in.From.Name = name
	d.deliver(in)
	all := d.all()
	return all[len(all)-1].Ticket.Number
}

// answer writes an answer and gives its message.
func (d *testDesk) answer(n helpdesk.Number, text string, used ...int64) int64 {
	d.t.Helper()
	v := d.ticket(n)
	err := d.Reply(d.ctx, d.anna, helpdesk.ReplyForm{Number: n, Key: fmt.Sprint("k", newest(v), text), Seen: newest(v),
		To: []string{v.Contact.Address}, Markdown: text, StateAfter: helpdesk.StateAnswered, Used: used})
	if err != nil {
		d.t.Fatal(err)
	}
	return newest(d.ticket(n))
}

func (d *testDesk) ticket(n helpdesk.Number) helpdesk.TicketView {
	d.t.Helper()
	v, err := d.store.Ticket(d.ctx, n, d.anna.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (d *testDesk) similar(n helpdesk.Number) []helpdesk.SimilarAnswer {
	d.t.Helper()
	found, err := d.SimilarAnswers(d.ctx, d.anna, n)
	if err != nil {
		d.t.Fatal(err)
	}
	return found
}

func numbers(found []helpdesk.SimilarAnswer) (all []helpdesk.Number) {
	for _, a := range found {
		all = append(all, a.Number)
	}
	return all
}

// past is a desk on which a few questions were answered.
func past(t *testing.T) (d *testDesk, canteen, domicile, transport helpdesk.Number) {
	d = newDesk(t)
	canteen = d.ask("p1", carla, "Subappalto della mensa scolastica", "Per la mensa chiediamo se il subappalto delle lavorazioni prevalenti è ammesso oltre il cinquanta per cento.")
	domicile = d.ask("p2", carla, "Integrazione al domicilio digitale", "Come si attiva la piattaforma delle notifiche digitali per le multe e quando arriva l'asseverazione?")
	transport = d.ask("p3", carla, "Rendicontazione del trasporto", "Quali giustificativi servono per rendicontare il trasporto dei rifiuti?")
	d.answer(canteen, "Gentile dott.ssa Villa,\n\nil subappalto della mensa è ammesso: l'art. 119 non pone più un limite generale.\n\nCordiali saluti")
	d.answer(domicile, "Gentile dott.ssa Villa,\n\nla piattaforma si attiva dal portale; l'asseverazione arriva dopo il collaudo.\n\nCordiali saluti")
	d.answer(transport, "Gentile dott.ssa Villa,\n\nservono fatture e quietanze.\n\nCordiali saluti")
	return d, canteen, domicile, transport
}

func TestSimilarAnswers(t *testing.T) {
	d, canteen, domicile, _ := past(t)
	for _, row := range []struct {
		name, subject, text string
		want                []helpdesk.Number
	}{
		{"the same matter in other words", "Mensa", "Possiamo subappaltare le lavorazioni della mensa?", []helpdesk.Number{canteen}},
		{"another matter", "Notifiche", "L'asseverazione per la piattaforma notifiche non arriva: che fare?", []helpdesk.Number{domicile}},
		{"nothing of the kind", "Ferie", "Nei giorni festivi siete aperti?", nil},
		{"no words at all", "", "", nil},
		{"only what every letter says", "Richiesta", "Buongiorno, grazie e cordiali saluti.", nil},
		{"characters of the index's language", `"mensa" NEAR(`, `subappalto* AND "lavorazioni`, []helpdesk.Number{canteen}},
		{"a foreign alphabet", "你好", "Привет мир 🙂", nil},
	} {
		n := d.ask("q-"+row.name, ugo, row.subject, row.text)
		if got := numbers(d.similar(n)); !slices.Equal(got, row.want) {
			t.Errorf("%s: found %v, want %v", row.name, got, row.want)
		}
	}
}

func TestSimilarAnswerSaysWhyAndNothingOfTheOther(t *testing.T) {
	d, canteen, _, _ := past(t)
	n := d.ask("q1", ugo, "Mensa", "Possiamo subappaltare le lavorazioni della mensa?")
	a := d.similar(n)[0]
	if want := "Il subappalto della mensa è ammesso: l'art. 119 non pone più un limite generale."; !strings.EqualFold(a.Text, want) {
		t.Errorf("text %q, want %q", a.Text, want)
	}
	for _, w := range []string{"subappaltare", "lavorazioni", "mensa"} {
		if !slices.Contains(a.Shared, w) && !slices.Contains(a.Shared, strings.ToUpper(w[:1])+w[1:]) {
			t.Errorf("shared words %q lack %s", a.Shared, w)
		}
	}
	if a.Number != canteen || a.Author != d.anna.Name || a.Likeness <= 0 || a.Likeness > 1 {
		t.Errorf("%+v", a)
	}
}

// TestSimilarAnswersOfTheMeasureComeFirst: a less like question of the same
// measure stands before a liker one of another.
func TestSimilarAnswersOfTheMeasureComeFirst(t *testing.T) {
	d, canteen, domicile, _ := past(t)
	n := d.ask("q1", ugo, "Mensa", "Possiamo subappaltare le lavorazioni della mensa? E la piattaforma delle notifiche?")
	if got := numbers(d.similar(n)); !slices.Equal(got, []helpdesk.Number{canteen, domicile}) {
		t.Fatalf("without measures: %v", got)
	}
	measure := d.measure("M1C1I1.4.5")
	for _, of := range []helpdesk.Number{n, domicile} {
		if err := d.SetMeasures(d.ctx, d.anna, of, d.ticket(of).Ticket.Version, measure, nil); err != nil {
			t.Fatal(err)
		}
	}
	got := d.similar(n)
	if !slices.Equal(numbers(got), []helpdesk.Number{domicile, canteen}) || !got[0].SameMeasure || got[1].SameMeasure {
		t.Errorf("with a measure: %v", numbers(got))
	}
}

func TestSpamAndMergedTicketsLeaveTheIndex(t *testing.T) {
	d, canteen, domicile, _ := past(t)
	n := d.ask("q1", ugo, "Mensa", "Possiamo subappaltare le lavorazioni della mensa?")
	if err := d.SetState(d.ctx, d.anna, canteen, d.ticket(canteen).Ticket.Version, helpdesk.StateClosed); err != nil {
		t.Fatal(err)
	}
	if err := d.Spam(d.ctx, d.anna, canteen, d.ticket(canteen).Ticket.Version, false); err != nil {
		t.Fatal(err)
	}
	if got := d.similar(n); len(got) != 0 {
		t.Errorf("spam is proposed: %v", numbers(got))
	}
	if err := d.SetState(d.ctx, d.anna, canteen, d.ticket(canteen).Ticket.Version, helpdesk.StateOpen); err != nil {
		t.Fatal(err)
	}
	if got := d.similar(n); len(got) != 1 {
		t.Errorf("no spam after all: %v", numbers(got))
	}
	if err := d.Merge(d.ctx, d.anna, domicile, d.ticket(domicile).Ticket.Version, canteen); err != nil {
		t.Fatal(err)
	}
	d.indexDue(1)
	q2 := d.ask("q2", ugo, "Notifiche", "L'asseverazione per la piattaforma notifiche non arriva: che fare?")
	if got := numbers(d.similar(q2)); len(got) != 0 {
		t.Errorf("a merged question is proposed: %v", got)
	}
	if got := numbers(d.similar(n)); !slices.Equal(got, []helpdesk.Number{canteen}) {
		t.Errorf("the target of a merge: %v", got)
	}
	d.clean()
}

// indexDue indexes what is due and wants so many tickets of it.
func (d *testDesk) indexDue(want int) {
	d.t.Helper()
	if n, err := d.IndexAnswers(d.ctx); err != nil || n != want {
		d.t.Errorf("indexed %d (%v), want %d", n, err, want)
	}
}

// clean wants a store in which nothing belongs to nothing.
func (d *testDesk) clean() {
	d.t.Helper()
	problems, err := d.store.OrphanCheck(d.ctx)
	if err != nil || len(problems) > 0 {
		d.t.Errorf("%v %v", problems, err)
	}
}

// TestReindexAnswers: what was answered before there was an index comes into
// it, and doing it again changes nothing.
func TestReindexAnswers(t *testing.T) {
	d, canteen, _, _ := past(t)
	n := d.ask("q1", ugo, "Mensa", "Possiamo subappaltare le lavorazioni della mensa?")
	err := d.store.Update(d.ctx, func(tx helpdesk.Tx) error {
		for _, v := range d.all() {
			if err := tx.DropAnswer(v.Ticket.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.similar(n); len(got) != 0 {
		t.Fatalf("found %v in an empty index", numbers(got))
	}
	for range 2 {
		if indexed, err := d.ReindexAnswers(d.ctx, nil); err != nil || indexed != 3 {
			t.Fatalf("indexed %d: %v", indexed, err)
		}
		if got := numbers(d.similar(n)); !slices.Equal(got, []helpdesk.Number{canteen}) {
			t.Errorf("found %v", got)
		}
		d.clean()
	}
}

// TestTheLongestAnswerIsKept: a later word of thanks does not take the place
// of what was answered.
func TestTheLongestAnswerIsKept(t *testing.T) {
	d, canteen, _, _ := past(t)
	d.now = d.now.Add(time.Hour)
	d.answer(canteen, "Prego, a presto.")
	n := d.ask("q1", ugo, "Mensa", "Possiamo subappaltare le lavorazioni della mensa?")
	if a := d.similar(n)[0]; !strings.Contains(a.Text, "art. 119") {
		t.Errorf("the answer is %q", a.Text)
	}
}
