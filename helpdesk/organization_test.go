package helpdesk_test

import (
	"errors"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/helpdesk/registry"
)

func TestSizeClass(t *testing.T) {
	for population, want := range map[int]string{
		0: "non disponibile", 1: "fino a 1.000 abitanti", 1000: "fino a 1.000 abitanti", 1001: "da 1.001 a 5.000 abitanti",
		5000: "da 1.001 a 5.000 abitanti", 15000: "da 5.001 a 15.000 abitanti", 60000: "da 15.001 a 60.000 abitanti", 60001: "oltre 60.000 abitanti",
	} {
		if got := (helpdesk.Organization{Population: population}).Size().Label(); got != want {
			t.Errorf("%d inhabitants: %q, want %q", population, got, want)
		}
	}
}

func TestCatchment(t *testing.T) {
	c := helpdesk.Catchment{"Lombardia", "NO", "VB"}
	for province, want := range map[string]bool{"BG": true, "NO": true, "VB": true, "TO": false, "": false, "XX": false} {
		if c.Holds(province) != want {
			t.Errorf("holds %q: %v", province, !want)
		}
	}
	if n := len(c.Provinces()); n != 14 {
		t.Errorf("%d provinces, want Lombardy's twelve and two", n)
	}
	if !(helpdesk.Catchment{}).Holds("TO") {
		t.Error("an empty catchment is all of Italy")
	}
}

// valcerva is a municipality with everything.
func valcerva() helpdesk.Organization {
	yes := true
	return helpdesk.Organization{Kind: helpdesk.KindComune, Name: "Valcerva d'Adda", ISTAT: "999001", Province: "bg", Population: 900, Mountain: &yes,
		Email: "Info@Comune.Valcerva.example", PEC: "valcerva@pec.example", Domains: []helpdesk.Domain{{Name: "comune.valcerva.example", Own: true}}}
}

// save stores a body as a coordinator does.
func (d *testDesk) save(o helpdesk.Organization) helpdesk.Organization {
	d.t.Helper()
	id, err := d.SaveOrganization(d.ctx, d.coordinator(), o)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.organization(id)
}

func (d *testDesk) coordinator() helpdesk.User {
	u := d.anna
	u.Role = helpdesk.RoleCoordinator
	return u
}

func (d *testDesk) organization(id int64) (o helpdesk.Organization) {
	d.t.Helper()
	d.view(func(tx helpdesk.ReadTx) (err error) {
		o, err = tx.OrganizationByID(id)
		return err
	})
	return o
}

func (d *testDesk) view(fn func(helpdesk.ReadTx) error) {
	d.t.Helper()
	if err := d.store.View(d.ctx, fn); err != nil {
		d.t.Fatal(err)
	}
}

func TestSaveOrganization(t *testing.T) {
	d := newDesk(t)
	o := d.save(valcerva())
	if o.Version != 1 || o.Province != "BG" || o.Region != "Lombardia" || o.Title() != "Comune di Valcerva d'Adda (BG)" || !*o.Mountain {
		t.Errorf("saved as %+v", o)
	}
	if len(o.Addresses) != 2 || o.Addresses[0] != "info@comune.valcerva.example" {
		t.Errorf("addresses %v", o.Addresses)
	}
	if len(o.Domains) != 2 || !o.Domains[0].Own || o.Domains[1].Own {
		t.Errorf("domains %v", o.Domains)
	}
	stale := o
	o.Population = 1200
	if o = d.save(o); o.Version != 2 || o.Population != 1200 || len(o.Addresses) != 2 {
		t.Errorf("changed to %+v", o)
	}
	if _, err := d.SaveOrganization(d.ctx, d.coordinator(), stale); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("an older version: %v", err)
	}
	if _, err := d.SaveOrganization(d.ctx, d.anna, o); helpdesk.ErrorCode(err) != helpdesk.Forbidden {
		t.Errorf("an expert: %v", err)
	}
}

func TestRefusedOrganizations(t *testing.T) {
	d := newDesk(t)
	d.save(valcerva())
	for field, change := range map[string]func(*helpdesk.Organization){
		"name":        func(o *helpdesk.Organization) { o.Name = " ' " },
		"kind":        func(o *helpdesk.Organization) { o.Kind = "regno" },
		"istat":       func(o *helpdesk.Organization) {}, // the other one's
		"fiscal_code": func(o *helpdesk.Organization) { o.ISTAT, o.FiscalCode = "999002", "332120195" },
		"province":    func(o *helpdesk.Organization) { o.ISTAT, o.Province = "999002", "Bergamo" },
		"address":     func(o *helpdesk.Organization) { o.ISTAT, o.Email = "999002", "due indirizzi@x@y" },
		"ceased_on":   func(o *helpdesk.Organization) { o.ISTAT, o.CeasedOn = "999002", "ieri" },
	} {
		o := valcerva()
		change(&o)
		_, err := d.SaveOrganization(d.ctx, d.coordinator(), o)
		var e *helpdesk.Error
		if !errors.As(err, &e) || e.Code != helpdesk.Invalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestMergeOrganizations(t *testing.T) {
	d := newDesk(t)
	stays := d.save(valcerva())
	twin := valcerva()
	twin.Name, twin.ISTAT, twin.Addresses = "Valcerva", "", []string{"tecnico@valcerva.example"}
	duplicate := d.save(twin)
	older := d.save(helpdesk.Organization{Kind: helpdesk.KindComune, Name: "Valvecchia"})
	if err := d.MergeOrganizations(d.ctx, d.coordinator(), older.ID, duplicate.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 { // again does no harm
		if err := d.MergeOrganizations(d.ctx, d.coordinator(), duplicate.ID, stays.ID); err != nil {
			t.Fatal(err)
		}
	}
	if o := d.organization(duplicate.ID); !o.Ceased || o.SuccessorID != stays.ID || len(o.Addresses) != 0 {
		t.Errorf("the duplicate is %+v", o)
	}
	if o := d.organization(older.ID); o.SuccessorID != stays.ID {
		t.Errorf("what led to the duplicate leads to %d", o.SuccessorID)
	}
	if o := d.organization(stays.ID); len(o.Addresses) != 3 || o.Ceased {
		t.Errorf("the one that stays is %+v", o)
	}
	d.view(func(tx helpdesk.ReadTx) error {
		byName, err := tx.OrganizationsByKeys([]string{"valvecchia"})
		if err != nil || len(byName) != 1 || byName[0].ID != stays.ID {
			t.Errorf("the oldest name leads to %+v", byName)
		}
		return err
	})
	for _, c := range []struct{ from, into int64 }{{stays.ID, stays.ID}, {stays.ID, duplicate.ID}, {stays.ID, 99}, {99, stays.ID}} {
		if err := d.MergeOrganizations(d.ctx, d.coordinator(), c.from, c.into); helpdesk.ErrorCode(err) == "" {
			t.Errorf("%d into %d: %v", c.from, c.into, err)
		}
	}
}

func TestSetMembers(t *testing.T) {
	d := newDesk(t)
	town := d.save(valcerva())
	union := d.save(helpdesk.Organization{Kind: helpdesk.KindUnione, Name: "Valli del Serio"})
	if err := d.SetMembers(d.ctx, d.coordinator(), union.ID, []int64{town.ID, town.ID}); err != nil {
		t.Fatal(err)
	}
	d.view(func(tx helpdesk.ReadTx) error {
		members, err := tx.OrganizationMembers(union.ID)
		if len(members) != 1 || members[0].ID != town.ID {
			t.Errorf("members %+v", members)
		}
		return err
	})
	for name, c := range map[string]struct {
		union   int64
		members []int64
	}{"a town has none": {town.ID, []int64{union.ID}}, "not itself": {union.ID, []int64{union.ID}}, "unknown": {union.ID, []int64{99}}} {
		if err := d.SetMembers(d.ctx, d.coordinator(), c.union, c.members); helpdesk.ErrorCode(err) != helpdesk.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoadRegistry(t *testing.T) {
	d := newDesk(t)
	known := valcerva()
	known.ISTAT, known.Name, known.Email = "016219", "Treviglio", "info@treviglio.example"
	mine := d.save(known)
	begun := time.Now()
	if err := d.LoadRegistry(d.ctx); err != nil {
		t.Fatal(err)
	}
	first := time.Since(begun)
	begun = time.Now()
	if err := d.LoadRegistry(d.ctx); err != nil {
		t.Fatal(err)
	}
	t.Logf("%v, then %v", first, time.Since(begun))
	d.view(func(tx helpdesk.ReadTx) error {
		for _, m := range registry.Municipalities() {
			o, err := tx.OrganizationByISTAT(m.ISTAT)
			if err != nil || o.Region != m.Region || o.Ceased != m.Ceased || (m.Successor == "") != (o.SuccessorID == 0) {
				t.Fatalf("%+v is %+v, %v", m, o, err)
			}
		}
		return nil
	})
	if o := d.organization(mine.ID); o.Version != 1 || o.Email != "info@treviglio.example" {
		t.Errorf("what a person wrote is %+v", o)
	}
}
