package helpdesk_test

import (
	"errors"
	"testing"

	"sportello/helpdesk"
	"sportello/helpdesk/pnrr"
)

// measure is the id of a measure that the desk has from its first start.
func (d *testDesk) measure(code string) int64 {
	d.t.Helper()
	for _, m := range d.measures() {
		if m.Code == code {
			return m.ID
		}
	}
	d.t.Fatalf("no measure %s", code)
	return 0
}

func (d *testDesk) measures() (all []helpdesk.Measure) {
	d.t.Helper()
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) { all, err = tx.Measures(); return err })
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

func (d *testDesk) topics() (all []helpdesk.Topic) {
	d.t.Helper()
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) { all, err = tx.Topics(); return err })
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

func (d *testDesk) tags(n helpdesk.Number) (tags helpdesk.Tags) {
	d.t.Helper()
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) error {
		t, err := tx.TicketByNumber(n)
		if err != nil {
			return err
		}
		tags, err = tx.TagsOf(t.ID)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return tags
}

func TestTaxonomyAtStart(t *testing.T) {
	d := newDesk(t)
	shipped := pnrr.Shipped()
	if got := len(d.measures()); got != len(shipped.Measures) {
		t.Errorf("%d measures, %d shipped", got, len(shipped.Measures))
	}
	if got := len(d.topics()); got != len(shipped.Topics) {
		t.Errorf("%d topics, %d shipped", got, len(shipped.Topics))
	}
	m := d.measures()[0]
	if !m.Desk || len(m.Strong) == 0 || m.Version != 1 {
		t.Errorf("the first measure is %+v, want one of the desk with its words", m)
	}
	// What the administrator changes outlives a start.
	admin := helpdesk.User{ID: d.anna.ID, Active: true, Role: helpdesk.RoleAdmin}
	m.Short, m.ValidTo = "Altro nome", "2027-12-31"
	if err := d.SaveMeasure(d.ctx, admin, m); err != nil {
		t.Fatal(err)
	}
	if err := d.SaveMeasure(d.ctx, admin, m); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("a save of an older version: %v, want a conflict", err)
	}
	if _, err := d.Start(d.ctx, []helpdesk.Mailbox{d.box, d.pec}); err != nil {
		t.Fatal(err)
	}
	if got := d.measures(); got[0].Short != "Altro nome" || got[0].Version != 2 || len(got) != len(shipped.Measures) {
		t.Errorf("after the start %+v of %d", got[0], len(got))
	}
}

func TestMeasureFormIsChecked(t *testing.T) {
	d := newDesk(t)
	admin := helpdesk.User{ID: d.anna.ID, Active: true, Role: helpdesk.RoleAdmin}
	good := helpdesk.Measure{Measure: pnrr.Measure{Programme: "FSC", Code: "FSC-1", Title: "Coesione", Short: "Coesione"}}
	if err := d.SaveMeasure(d.ctx, d.anna, good); helpdesk.ErrorCode(err) != helpdesk.Forbidden {
		t.Errorf("an expert saves a measure: %v", err)
	}
	for what, spoil := range map[string]func(*helpdesk.Measure){
		"no programme":      func(m *helpdesk.Measure) { m.Programme = "" },
		"a code of words":   func(m *helpdesk.Measure) { m.Code = "M1 C1" },
		"no title":          func(m *helpdesk.Measure) { m.Title = " " },
		"a strange state":   func(m *helpdesk.Measure) { m.State = "gone" },
		"a date of nothing": func(m *helpdesk.Measure) { m.ValidFrom = "31/12/2026" },
		"ends before":       func(m *helpdesk.Measure) { m.ValidFrom, m.ValidTo = "2026-02-01", "2026-01-01" },
		"a code twice":      func(m *helpdesk.Measure) { m.Programme, m.Code = "PNRR", "M4C1I1.1" },
	} {
		m := good
		spoil(&m)
		if err := d.SaveMeasure(d.ctx, admin, m); helpdesk.ErrorCode(err) != helpdesk.Invalid {
			t.Errorf("%s: %v, want it refused", what, err)
		}
	}
	if err := d.SaveMeasure(d.ctx, admin, good); err != nil {
		t.Fatal(err)
	}
	topic := helpdesk.Topic{Topic: pnrr.Topic{Code: "Gare e appalti", Label: "x"}}
	if err := d.SaveTopic(d.ctx, admin, topic); helpdesk.ErrorCode(err) != helpdesk.Invalid {
		t.Errorf("a topic code of words: %v", err)
	}
}

func TestTagsByHand(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q1@valcerva.example", "tecnico@comune.valcerva.example", "Saldo", "Come si chiede il saldo?"))
	v := d.one()
	if !v.Ticket.ToClassify() {
		t.Error("a question without measure and body is settled")
	}
	nests, cities := d.measure("M4C1I1.1"), d.measure("M5C2I2.1")
	if err := d.SetMeasures(d.ctx, d.anna, v.Ticket.Number, v.Ticket.Version, nests, []int64{cities, nests}); err != nil {
		t.Fatal(err)
	}
	tags := d.tags(v.Ticket.Number)
	if len(tags.Measures) != 2 || tags.Main() != nests || !tags.Measures[1].Confirmed || tags.Measures[1].Source != helpdesk.TagPerson {
		t.Errorf("tags %+v", tags.Measures)
	}
	if got := d.one().Ticket; got.MeasureID != nests || !got.MeasureSettled {
		t.Errorf("ticket %+v", got)
	}
	if err := d.SetMeasures(d.ctx, d.anna, v.Ticket.Number, v.Ticket.Version, cities, nil); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("a choice on what somebody else changed: %v", err)
	}
	if err := d.SetMeasures(d.ctx, d.anna, v.Ticket.Number, 0, 0, []int64{cities}); helpdesk.ErrorCode(err) != helpdesk.Invalid {
		t.Errorf("others without a main measure: %v", err)
	}
	if err := d.SetMeasures(d.ctx, d.anna, v.Ticket.Number, 0, 12345, nil); helpdesk.ErrorCode(err) != helpdesk.Invalid {
		t.Errorf("a measure that does not exist: %v", err)
	}
	if err := d.SetMeasures(d.ctx, d.anna, v.Ticket.Number, 0, 0, nil); err != nil {
		t.Fatal(err)
	}
	if got := d.one().Ticket; got.MeasureID != 0 || !got.MeasureSettled {
		t.Errorf("«nessuna misura» leaves %+v", got)
	}
	if err := d.SetTopics(d.ctx, d.anna, v.Ticket.Number, 0, []int64{d.topics()[0].ID}); err != nil {
		t.Fatal(err)
	}
	if got := d.tags(v.Ticket.Number).Topics; len(got) != 1 || !got[0].Confirmed {
		t.Errorf("topics %+v", got)
	}
}

// That there is no measure is said by somebody, also where none was proposed:
// it stands in the register and counts as the desk's abstention being right.
func TestNoMeasureWhereNoneWasProposed(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q1@valcerva.example", "tecnico@comune.valcerva.example", "Saldo", "Come si chiede il saldo?"))
	n := d.one().Ticket.Number
	for range 2 { // the second time it says nothing new
		if err := d.SetMeasures(d.ctx, d.anna, n, 0, 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	tagged := 0
	for _, e := range d.one().Events {
		if e.Kind == helpdesk.EventTagged {
			tagged++
		}
	}
	if tagged != 1 {
		t.Errorf("%d events, want 1", tagged)
	}
	got, err := d.store.Verdicts(d.ctx, helpdesk.VerdictMeasure, d.now.AddDate(0, -1, 0), d.now.AddDate(0, 1, 0))
	if want := (helpdesk.VerdictCount{Proposals: 1, Kept: 1}); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("verdicts %+v %v, want %+v", got, err, want)
	}
}

// A verdict is the first choice only: a later change of mind says nothing
// about the proposal.
func TestVerdicts(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q1@valcerva.example", "tecnico@comune.valcerva.example", "Saldo", "Come si chiede il saldo?"))
	n := d.one().Ticket.Number
	nests, cities := d.measure("M4C1I1.1"), d.measure("M5C2I2.1")
	d.propose(n, helpdesk.Tags{Measures: []helpdesk.MeasureTag{{MeasureID: nests, Main: true,
		Proposal: helpdesk.Proposal{Source: helpdesk.TagRule, Confidence: 0.9, Reason: "parole: asilo nido"}}}})
	if err := d.ConfirmProposals(d.ctx, d.anna, n, 0); err != nil {
		t.Fatal(err)
	}
	tags := d.tags(n)
	if !tags.Measures[0].Confirmed || tags.Measures[0].Source != helpdesk.TagRule || tags.Measures[0].Reason == "" {
		t.Errorf("confirmed %+v, want the rule's tag with its reason", tags.Measures)
	}
	if err := d.SetMeasures(d.ctx, d.anna, n, 0, cities, nil); err != nil {
		t.Fatal(err)
	}
	got, err := d.store.Verdicts(d.ctx, helpdesk.VerdictMeasure, d.now.AddDate(0, -1, 0), d.now.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	want := helpdesk.VerdictCount{Source: helpdesk.TagRule, Proposals: 1, Kept: 1}
	if len(got) != 1 || got[0] != want {
		t.Errorf("verdicts %+v, want %+v", got, want)
	}
}

// propose writes proposals as Receive does.
func (d *testDesk) propose(n helpdesk.Number, tags helpdesk.Tags) {
	d.t.Helper()
	err := d.store.Update(d.ctx, func(tx helpdesk.Tx) error {
		t, err := tx.TicketByNumber(n)
		if err != nil {
			return err
		}
		t.MeasureID = tags.Main()
		return errors.Join(tx.SaveTicket(&t), tx.SaveTags(t.ID, tags))
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestMergedTags(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q1@valcerva.example", "tecnico@comune.valcerva.example", "Saldo", "Come si chiede il saldo?"))
	d.deliver(mail("q2@valcerva.example", "tecnico@comune.valcerva.example", "Altro", "Si può anche questo?"))
	all := d.all()
	older, younger := all[0].Ticket.Number, all[1].Ticket.Number
	nests := d.measure("M4C1I1.1")
	d.propose(older, helpdesk.Tags{Measures: []helpdesk.MeasureTag{{MeasureID: d.measure("M5C2I2.1"), Main: true,
		Proposal: helpdesk.Proposal{Source: helpdesk.TagRule}}}})
	d.propose(younger, helpdesk.Tags{Codes: []helpdesk.TicketCode{{Kind: helpdesk.CodeCUP, Code: "B11B22000140006"}}})
	if err := d.SetMeasures(d.ctx, d.anna, younger, 0, nests, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.Merge(d.ctx, d.anna, younger, 0, older); err != nil {
		t.Fatal(err)
	}
	if got := d.tags(older); got.Main() != nests || len(got.Codes) != 1 {
		t.Errorf("merged tags %+v: what a person said counts more than a proposal", got)
	}
	if got := d.one().Ticket; got.MeasureID != nests || !got.MeasureSettled {
		t.Errorf("merged ticket %+v", got)
	}
}

// What a message says is proposed with its reason, and only what is new in it
// counts.
func TestSuggestions(t *testing.T) {
	d := newDesk(t)
	in := mail("q1@valcerva.example", "tecnico@comune.valcerva.example", "M4C1 Inv. 1.1: CUP B11B22000140006",
		"Chiediamo la proroga per il nostro asilo nido.")
	in.Quoted = "> M5C2I2.1 rigenerazione urbana"
	d.deliver(in)
	v := d.one()
	tags := d.tags(v.Ticket.Number)
	if len(tags.Measures) != 1 || tags.Main() != d.measure("M4C1I1.1") || v.Ticket.MeasureID != tags.Main() {
		t.Fatalf("measures %+v", tags.Measures)
	}
	m := tags.Measures[0]
	if m.Confirmed || m.Source != helpdesk.TagRule || m.Reason == "" || m.Confidence < 0.9 || v.Ticket.MeasureSettled {
		t.Errorf("proposal %+v", m)
	}
	if len(tags.Codes) != 1 || tags.Codes[0].Code != "B11B22000140006" {
		t.Errorf("codes %+v", tags.Codes)
	}
	// A further message brings codes; what is proposed stays.
	d.deliver(mail("q2@valcerva.example", "tecnico@comune.valcerva.example", "Re: nido", "Anche per la misura M2C1I1.1, CUP C21B22000150001.", "q1@valcerva.example"))
	if got := d.tags(v.Ticket.Number); len(got.Codes) != 2 || got.Main() != d.measure("M4C1I1.1") {
		t.Errorf("after the second message %+v", got)
	}
}

// A CUP of an imported project is its measure, whatever else the text says.
func TestSuggestionFromProject(t *testing.T) {
	d := newDesk(t)
	_, _, err := d.importProjects(projectsHead+"PNRR;M5C2I2.01.00;C21B22000150001;;Attivo;Piazza;1,00;1,00;COMUNE DI VALCERVA;177080033\n", helpdesk.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d.deliver(mail("q1@valcerva.example", "tecnico@comune.valcerva.example", "CUP C21B22000150001", "Come si carica la fattura?"))
	if got := d.tags(d.one().Ticket.Number); got.Main() != d.measure("M5C2I2.1") {
		t.Errorf("tags %+v", got.Measures)
	}
}

// Confirmed questions teach; taken back, they teach no more.
func TestLearning(t *testing.T) {
	d := newDesk(t)
	green := d.measure("M2C1I3.2")
	count := func() (n int) {
		err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) error {
			return tx.Learned(helpdesk.VerdictMeasure, func(label int64, stem string, k int) {
				if label == green && stem == "" {
					n = k
				}
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	d.deliver(mail("q1@valcerva.example", "tecnico@comune.valcerva.example", "Boschi", "Il taglio colturale dei larici rientra?"))
	n := d.one().Ticket.Number
	if err := d.SetMeasures(d.ctx, d.anna, n, 0, green, nil); err != nil {
		t.Fatal(err)
	}
	if count() != 1 {
		t.Errorf("%d questions learned, want 1", count())
	}
	if err := d.SetMeasures(d.ctx, d.anna, n, 0, 0, nil); err != nil {
		t.Fatal(err)
	}
	if count() != 0 {
		t.Errorf("%d questions learned after it was taken back", count())
	}
}
