package helpdesk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

func (d *testDesk) marks(messageIDs ...int64) (marks map[int64]helpdesk.Reusable) {
	d.t.Helper()
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) { marks, err = tx.ReusableOf(messageIDs); return err })
	if err != nil {
		d.t.Fatal(err)
	}
	return marks
}

var code = helpdesk.LegalSource{Act: "D.lgs. 31 marzo 2023, n. 36", Article: "art. 119", URL: "https://www.normattiva.it/x", ReadOn: "2026-11-20"}

func TestMarkReusable(t *testing.T) {
	d, canteen, domicile, _ := past(t)
	first, second := newest(d.ticket(canteen)), newest(d.ticket(domicile))
	mark := func(id int64, f helpdesk.ReusableForm) {
		t.Helper()
		f.MessageID = id
		if err := d.MarkReusable(d.ctx, d.anna, f); err != nil {
			t.Fatal(err)
		}
	}
	mark(first, helpdesk.ReusableForm{Source: code, ValidTo: "2027-01-31", Note: "anche per i lavori"})
	mark(first, helpdesk.ReusableForm{Source: helpdesk.LegalSource{Act: "Circolare RGS 1/2026"}, ValidTo: "2027-01-31", Note: "anche per i lavori"})
	mark(second, helpdesk.ReusableForm{Source: helpdesk.LegalSource{Act: code.Act, Article: code.Article}})
	m := d.marks(first, second)
	if r := m[first]; len(r.Sources) != 2 || r.Note != "anche per i lavori" || r.By != d.anna.ID || r.Sources[1].ReadOn != "2026-11-24" && r.Sources[0].ReadOn != "2026-11-24" {
		t.Errorf("marked %+v", r)
	}
	if r := m[second]; len(r.Sources) != 1 || r.Sources[0].URL != code.URL || r.Sources[0].ReadOn != "2026-11-24" {
		t.Errorf("a source named again keeps its link: %+v", r)
	}
	if err := d.UnmarkReusable(d.ctx, d.luca, first); err != nil {
		t.Fatal(err)
	}
	if _, ok := d.marks(first)[first]; ok {
		t.Error("still marked")
	}
	d.clean()
}

func TestMarkReusableRefuses(t *testing.T) {
	d, canteen, _, _ := past(t)
	v := d.ticket(canteen)
	reply := newest(v)
	for _, row := range []struct {
		name  string
		form  helpdesk.ReusableForm
		user  helpdesk.User
		code  helpdesk.Code
		field string
	}{
		{"a question", helpdesk.ReusableForm{MessageID: v.Messages[0].ID, Source: code}, d.anna, helpdesk.NotFound, ""},
		{"nothing", helpdesk.ReusableForm{MessageID: 9999, Source: code}, d.anna, helpdesk.NotFound, ""},
		{"a link that is none", helpdesk.ReusableForm{MessageID: reply, Source: helpdesk.LegalSource{Act: "x", URL: "javascript:alert(1)"}}, d.anna, helpdesk.Invalid, "url"},
		{"a day that is none", helpdesk.ReusableForm{MessageID: reply, Source: code, ValidTo: "31/01/2027"}, d.anna, helpdesk.Invalid, "valid"},
		{"read in the future", helpdesk.ReusableForm{MessageID: reply, Source: helpdesk.LegalSource{Act: "x", ReadOn: "2026-12-01"}}, d.anna, helpdesk.Invalid, "read_on"},
		{"an endless act", helpdesk.ReusableForm{MessageID: reply, Source: helpdesk.LegalSource{Act: strings.Repeat("x", 301)}}, d.anna, helpdesk.Invalid, "act"},
		{"an endless note", helpdesk.ReusableForm{MessageID: reply, Note: strings.Repeat("x", 2001)}, d.anna, helpdesk.Invalid, "note"},
		{"an observer", helpdesk.ReusableForm{MessageID: reply, Source: code}, helpdesk.User{ID: 9, Active: true, Role: helpdesk.RoleObserver}, helpdesk.Forbidden, ""},
	} {
		err := d.MarkReusable(d.ctx, row.user, row.form)
		var e *helpdesk.Error
		if !errors.As(err, &e) || e.Code != row.code || e.Field != row.field {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

// TestSupersededSourceIsFlaggedWhereItIsUsed: in what is proposed, and in the
// answer that was written from it.
func TestSupersededSourceIsFlaggedWhereItIsUsed(t *testing.T) {
	d, canteen, _, _ := past(t)
	old := newest(d.ticket(canteen))
	if err := d.MarkReusable(d.ctx, d.anna, helpdesk.ReusableForm{MessageID: old, Source: code}); err != nil {
		t.Fatal(err)
	}
	n := d.ask("q1", ugo, "Mensa", "Possiamo subappaltare le lavorazioni della mensa?")
	written := d.answer(n, "Sì, il subappalto è ammesso.", old, d.ticket(n).Messages[0].ID)
	source := d.marks(old)[old].Sources[0]
	if err := d.SupersedeSource(d.ctx, d.anna, source.ID, "2026-11-01", helpdesk.LegalSource{}); helpdesk.ErrorCode(err) != helpdesk.Forbidden {
		t.Errorf("an expert may not: %v", err)
	}
	if err := d.SupersedeSource(d.ctx, d.coordinator(), source.ID, "2026-11-01", code); helpdesk.ErrorCode(err) != helpdesk.Invalid {
		t.Errorf("superseded by itself: %v", err)
	}
	if err := d.SupersedeSource(d.ctx, d.coordinator(), source.ID, "2026-11-01", helpdesk.LegalSource{Act: "D.lgs. 1/2026"}); err != nil {
		t.Fatal(err)
	}
	const doubt = "fonte superata dal 01/11/2026: verificare"
	q2 := d.ask("q2", carla, "Mensa", "Il subappalto delle lavorazioni della mensa è ammesso?")
	found := false
	for _, a := range d.similar(q2) {
		if a.Number == canteen {
			found = a.Reusable != nil && a.Reusable.Doubt("2026-11-24") == doubt
		}
	}
	if !found {
		t.Error("the proposed answer is not flagged")
	}
	for _, m := range d.ticket(n).Messages {
		if m.ID == written && (len(m.Used) != 1 || m.Used[0].Doubt("2026-11-24") != doubt) {
			t.Errorf("the answer written from it: %+v", m.Used)
		}
	}
	if err := d.SupersedeSource(d.ctx, d.coordinator(), 999, "2026-11-01", helpdesk.LegalSource{}); helpdesk.ErrorCode(err) != helpdesk.NotFound {
		t.Errorf("an unknown source: %v", err)
	}
}

func TestDoubt(t *testing.T) {
	for _, row := range []struct {
		name string
		mark helpdesk.Reusable
		want string
	}{
		{"nothing against it", helpdesk.Reusable{Sources: []helpdesk.LegalSource{code}}, ""},
		{"superseded later", helpdesk.Reusable{Sources: []helpdesk.LegalSource{{SupersededOn: "2026-12-01"}}}, ""},
		{"superseded today", helpdesk.Reusable{Sources: []helpdesk.LegalSource{code, {SupersededOn: "2026-11-24"}}}, "fonte superata dal 24/11/2026: verificare"},
		{"a source that ended", helpdesk.Reusable{Sources: []helpdesk.LegalSource{{ValidTo: "2026-11-23"}}}, "fonte in vigore fino al 23/11/2026: verificare"},
		{"its last day", helpdesk.Reusable{ValidTo: "2026-11-24"}, ""},
		{"an answer that ended", helpdesk.Reusable{ValidTo: "2026-11-23"}, "risposta valida fino al 23/11/2026: verificare"},
		{"an answer of later", helpdesk.Reusable{ValidFrom: "2026-12-01"}, "risposta valida dal 01/12/2026: verificare"},
	} {
		if got := row.mark.Doubt(tuesday.Format(time.DateOnly)); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}
