package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sportello/helpdesk/registry"
)

var errOrganizationNotFound = &Error{Code: NotFound, Message: "Questo ente non esiste. Torna all'elenco degli enti e cercalo per nome."}

// SaveOrganization writes a body: a new one where ID is 0, else what the
// person changed of Version. It returns the id.
func (d *Desk) SaveOrganization(ctx context.Context, u User, o Organization) (int64, error) {
	if !Can(u, ActRegistry, 0) {
		return 0, errForbidden
	}
	o.tidy()
	if err := o.check(); err != nil {
		return 0, err
	}
	err := d.update(ctx, "save organization", func(c *change) error { return c.saveOrganization(&o, u.ID) })
	return o.ID, err
}

func (c *change) saveOrganization(o *Organization, actor int64) error {
	before := Organization{}
	if o.ID != 0 {
		var err error
		if before, err = c.OrganizationByID(o.ID); errors.Is(err, ErrNone) {
			return errOrganizationNotFound
		} else if err != nil {
			return err
		}
		o.SuccessorID = before.SuccessorID // only a merge leads elsewhere
	}
	if err := c.refuseTakenCode(*o); err != nil {
		return err
	}
	if err := c.Tx.SaveOrganization(o); err != nil {
		return err
	}
	kind := EventOrganizationChanged
	if before.ID == 0 {
		kind = EventOrganizationAdded
	}
	return c.record(Event{Kind: kind, ActorID: actor, ObjectID: o.ID, Detail: o.changed(before)})
}

// refuseTakenCode: the ISTAT code is what imports know a municipality by.
func (c *change) refuseTakenCode(o Organization) error {
	if o.ISTAT == "" {
		return nil
	}
	other, err := c.OrganizationByISTAT(o.ISTAT)
	if errors.Is(err, ErrNone) || err == nil && other.ID == o.ID {
		return nil
	}
	if err != nil {
		return err
	}
	return invalid("istat", "Il codice ISTAT "+o.ISTAT+" è già quello di «"+other.Title()+"»: apri quell'ente, oppure correggi il codice.")
}

func (o *Organization) tidy() {
	for _, s := range []*string{&o.Name, &o.ISTAT, &o.Cadastral, &o.IPA, &o.FiscalCode, &o.Province, &o.Region, &o.Street, &o.Email, &o.PEC, &o.Site, &o.Note, &o.CeasedOn} {
		*s = strings.TrimSpace(*s)
	}
	o.Province, o.Cadastral, o.IPA = strings.ToUpper(o.Province), strings.ToUpper(o.Cadastral), strings.ToLower(o.IPA)
	if p, ok := registry.ProvinceByCode(o.Province); ok {
		o.Region = p.Region
	}
	o.gather()
}

func (o Organization) check() error {
	switch {
	case o.Name == "" || o.Folded() == "":
		return invalid("name", "Manca il nome dell'ente.")
	case len(o.Name) > 200:
		return invalid("name", "Il nome dell'ente è troppo lungo: al massimo 200 caratteri.")
	case !o.Kind.Valid():
		return invalid("kind", "Scegli il tipo di ente dall'elenco.")
	case o.ISTAT != "" && !digits(o.ISTAT, 6):
		return invalid("istat", "Il codice ISTAT ha sei cifre, come 016219.")
	case o.FiscalCode != "" && !digits(o.FiscalCode, 11):
		return invalid("fiscal_code", "Il codice fiscale di un ente ha undici cifre.")
	case o.Population < 0:
		return invalid("population", "Gli abitanti sono un numero intero, oppure niente.")
	}
	if _, ok := registry.ProvinceByCode(o.Province); o.Province != "" && !ok {
		return invalid("province", "La provincia si indica con la sigla, come BG.")
	}
	if _, err := time.Parse(time.DateOnly, o.CeasedOn); o.CeasedOn != "" && err != nil {
		return invalid("ceased_on", "La data di cessazione si scrive come 2026-01-01.")
	}
	for _, a := range o.Addresses {
		if _, err := parseRecipients("address", []string{a}); err != nil {
			return invalid("address", "«"+a+"» non è un indirizzo: correggilo, come protocollo@comune.esempio.bg.it.")
		}
	}
	return nil
}

func digits(s string, n int) bool {
	return len(s) == n && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// changed names what differs, before and after, for the register.
func (o Organization) changed(before Organization) Detail {
	d := Detail{}
	for name, pair := range map[string][2]string{
		"name": {before.Name, o.Name}, "kind": {string(before.Kind), string(o.Kind)}, "istat": {before.ISTAT, o.ISTAT},
		"cadastral": {before.Cadastral, o.Cadastral}, "ipa": {before.IPA, o.IPA}, "fiscal_code": {before.FiscalCode, o.FiscalCode},
		"province": {before.Province, o.Province}, "population": {fmt.Sprint(before.Population), fmt.Sprint(o.Population)},
		"email": {before.Email, o.Email}, "pec": {before.PEC, o.PEC}, "site": {before.Site, o.Site},
		"addresses": {strings.Join(before.Addresses, " "), strings.Join(o.Addresses, " ")},
		"ceased":    {fmt.Sprint(before.Ceased), fmt.Sprint(o.Ceased)},
	} {
		if pair[0] != pair[1] {
			d[name] = pair[0] + " → " + pair[1]
		}
	}
	return d
}

// SetMembers says which bodies a union is made of.
func (d *Desk) SetMembers(ctx context.Context, u User, unionID int64, members []int64) error {
	if !Can(u, ActRegistry, 0) {
		return errForbidden
	}
	return d.update(ctx, "set members", func(c *change) error {
		union, err := c.OrganizationByID(unionID)
		if errors.Is(err, ErrNone) {
			return errOrganizationNotFound
		}
		if err != nil {
			return err
		}
		if !union.Kind.joins() {
			return invalid("members", "Solo unioni, comunità montane e consorzi sono fatti di altri enti: correggi prima il tipo di ente.")
		}
		for _, id := range members {
			m, err := c.OrganizationByID(id)
			if errors.Is(err, ErrNone) || err == nil && m.ID == unionID {
				return invalid("members", "Uno degli enti indicati non esiste più, o è l'unione stessa: ricarica la pagina e scegli di nuovo.")
			}
			if err != nil {
				return err
			}
		}
		slices.Sort(members)
		if err := c.SetOrganizationMembers(unionID, slices.Compact(members)); err != nil {
			return err
		}
		return c.record(Event{Kind: EventOrganizationChanged, ActorID: u.ID, ObjectID: unionID, Detail: Detail{"members": fmt.Sprint(len(members))}})
	})
}
