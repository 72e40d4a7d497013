package store

import (
	"fmt"
	"slices"

	"sportello/helpdesk"
)

const organizationColumns = `o.id, o.version, o.kind, o.name, o.also, o.istat, o.cadastral, o.ipa, o.fiscal_code,
	o.province, o.region, COALESCE(o.population, 0), o.mountain, o.street, o.email, o.pec, o.site, o.note,
	o.state = 'ceased', o.ceased_on, COALESCE(o.successor_id, 0)`

func organizationFields(o *helpdesk.Organization) []any {
	return []any{&o.ID, &o.Version, &o.Kind, &o.Name, fromJSON(&o.Also), &o.ISTAT, &o.Cadastral, &o.IPA, &o.FiscalCode,
		&o.Province, &o.Region, &o.Population, &o.Mountain, &o.Street, &o.Email, &o.PEC, &o.Site, &o.Note,
		&o.Ceased, &o.CeasedOn, &o.SuccessorID}
}

func scanOrganization(s scanner) (o helpdesk.Organization, err error) {
	err = s.Scan(organizationFields(&o)...)
	return o, err
}

func (t *tx) OrganizationByID(id int64) (helpdesk.Organization, error) {
	o, err := one(t, scanOrganization, `SELECT `+organizationColumns+` FROM organization o WHERE o.id = $1`, id)
	if err == nil {
		err = t.reachOrganization(&o)
	}
	return o, wrapf(err, "organization %d", id)
}

func (t *tx) OrganizationByISTAT(code string) (helpdesk.Organization, error) {
	o, err := one(t, scanOrganization, `SELECT `+organizationColumns+` FROM organization o
		WHERE o.istat = $1 AND o.istat <> ''`, code)
	if err == nil {
		err = t.reachOrganization(&o)
	}
	return o, wrapf(err, "organization of ISTAT %s", code)
}

func (t *tx) OrganizationsByCode(ipa, fiscalCode string) ([]helpdesk.Organization, error) {
	all, err := list(t, scanOrganization, `SELECT `+organizationColumns+` FROM organization o WHERE o.id IN (
		  SELECT id FROM organization WHERE ipa = $1 AND ipa <> ''
		  UNION SELECT id FROM organization WHERE fiscal_code = $2 AND fiscal_code <> '')
		ORDER BY o.id LIMIT 20`, ipa, fiscalCode)
	for i := 0; err == nil && i < len(all); i++ {
		err = t.reachOrganization(&all[i])
	}
	return all, wrapf(err, "organizations by code")
}

// reachOrganization reads the addresses and domains of a body.
func (t *tx) reachOrganization(o *helpdesk.Organization) (err error) {
	o.Addresses, err = list(t, scanString, `SELECT address FROM organization_address WHERE organization_id = $1 ORDER BY address`, o.ID)
	if err != nil {
		return err
	}
	scan := func(s scanner) (d helpdesk.Domain, err error) {
		err = s.Scan(&d.Name, &d.Own)
		return d, err
	}
	o.Domains, err = list(t, scan, `SELECT domain, own FROM organization_domain WHERE organization_id = $1 ORDER BY domain`, o.ID)
	return err
}

// standing joins a body r that was found with the one that stands for it.
const standing = ` JOIN organization o ON o.id = COALESCE(r.successor_id, r.id) `

// found is how many bodies a look-up by name or address gives.
const found = ` ORDER BY o.id LIMIT 60`

// scanStanding reads a body with the names by which it was found.
func scanStanding(s scanner) (o helpdesk.Organization, err error) {
	var name string
	var also []string
	err = s.Scan(append(organizationFields(&o), &name, fromJSON(&also))...)
	for _, n := range append([]string{name}, also...) {
		if n != o.Name && !slices.Contains(o.Also, n) {
			o.Also = append(o.Also, n)
		}
	}
	return o, err
}

func (t *tx) OrganizationsByAddress(address string) ([]helpdesk.Organization, error) {
	all, err := list(t, scanStanding, `SELECT `+organizationColumns+`, r.name, r.also FROM organization_address a
		JOIN organization r ON r.id = a.organization_id`+standing+`WHERE a.address = $1`+found, address)
	return all, wrapf(err, "organizations by address")
}

func (t *tx) OrganizationsByDomain(domain string) ([]helpdesk.Organization, error) {
	scan := func(s scanner) (o helpdesk.Organization, err error) {
		d := helpdesk.Domain{Name: domain}
		err = s.Scan(append(organizationFields(&o), &d.Own)...)
		o.Domains = []helpdesk.Domain{d}
		return o, err
	}
	all, err := list(t, scan, `SELECT `+organizationColumns+`, d.own FROM organization_domain d
		JOIN organization r ON r.id = d.organization_id`+standing+`WHERE d.domain = $1`+found, domain)
	return all, wrapf(err, "organizations by domain")
}

func (t *tx) OrganizationsByKeys(keys []string) ([]helpdesk.Organization, error) {
	all, err := list(t, scanStanding, `SELECT `+organizationColumns+`, r.name, r.also FROM json_each($1) j
		CROSS JOIN organization_key k ON k.key = j.value
		JOIN organization r ON r.id = k.organization_id`+standing+found, asJSON(keys))
	return all, wrapf(err, "organizations by name")
}

func (t *tx) OrganizationsLonger(folded string) ([]helpdesk.Organization, error) {
	all, err := list(t, scanStanding, `SELECT `+organizationColumns+`, r.name, r.also FROM organization r`+standing+`
		WHERE r.folded > $1 AND r.folded < $2`+found, folded+" ", folded+"!")
	return all, wrapf(err, "organizations with a longer name")
}

func (t *tx) OrganizationMembers(unionID int64) ([]helpdesk.Organization, error) {
	all, err := list(t, scanOrganization, `SELECT `+organizationColumns+` FROM organization_member m
		JOIN organization r ON r.id = m.member_id`+standing+`WHERE m.union_id = $1 ORDER BY o.folded LIMIT 500`, unionID)
	return all, wrapf(err, "members of organization %d", unionID)
}

func (t *tx) OrganizationsOfContact(contactID int64) ([]helpdesk.Organization, error) {
	all, err := list(t, scanOrganization, `SELECT `+organizationColumns+` FROM contact_organization c
		JOIN organization r ON r.id = c.organization_id`+standing+`WHERE c.contact_id = $1`+found, contactID)
	return all, wrapf(err, "organizations of contact %d", contactID)
}

func (t *tx) OrganizationCandidates(ticketID int64) ([]helpdesk.OrganizationCandidate, error) {
	scan := func(s scanner) (c helpdesk.OrganizationCandidate, err error) {
		err = s.Scan(&c.OrganizationID, &c.Why)
		return c, err
	}
	all, err := list(t, scan, `SELECT organization_id, reason FROM ticket_candidate WHERE ticket_id = $1 ORDER BY rank`, ticketID)
	return all, wrapf(err, "candidates of ticket %d", ticketID)
}

// unknown is n in the store, NULL for 0.
func unknown(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func organizationState(o *helpdesk.Organization) string {
	if o.Ceased {
		return "ceased"
	}
	return "active"
}

func (t *tx) SaveOrganization(o *helpdesk.Organization) error {
	save := t.updateOrganization
	if o.ID == 0 {
		save = t.insertOrganization
	}
	if err := save(o); err != nil {
		return fmt.Errorf("save organization %d: %w", o.ID, err)
	}
	return wrapf(t.saveReach(o), "save organization %d", o.ID)
}

func (t *tx) insertOrganization(o *helpdesk.Organization) error {
	o.Version = 1
	return t.get(into(&o.ID), `INSERT INTO organization (version, kind, name, also, folded, istat, cadastral, ipa, fiscal_code,
		  province, region, population, mountain, street, email, pec, site, note, state, ceased_on, successor_id)
		VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) RETURNING id`,
		organizationValues(o)...)
}

func (t *tx) updateOrganization(o *helpdesk.Organization) error {
	r, err := t.exec(`UPDATE organization SET version = version + 1, kind = $1, name = $2, also = $3, folded = $4, istat = $5,
		  cadastral = $6, ipa = $7, fiscal_code = $8, province = $9, region = $10, population = $11, mountain = $12,
		  street = $13, email = $14, pec = $15, site = $16, note = $17, state = $18, ceased_on = $19, successor_id = $20
		WHERE id = $21 AND version = $22`, append(organizationValues(o), o.ID, o.Version)...)
	if err != nil {
		return err
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return helpdesk.ErrStale
	}
	o.Version++
	return nil
}

func organizationValues(o *helpdesk.Organization) []any {
	also := o.Also
	if also == nil {
		also = []string{}
	}
	return []any{o.Kind, o.Name, asJSON(also), o.Folded(), o.ISTAT, o.Cadastral, o.IPA, o.FiscalCode,
		o.Province, o.Region, unknown(o.Population), o.Mountain, o.Street, o.Email, o.PEC, o.Site, o.Note,
		organizationState(o), o.CeasedOn, ref(o.SuccessorID)}
}

// saveReach writes how the body is found: names, addresses, domains.
func (t *tx) saveReach(o *helpdesk.Organization) error {
	if o.Version > 1 {
		for _, table := range []string{"organization_key", "organization_address", "organization_domain"} {
			if _, err := t.exec(`DELETE FROM `+table+` WHERE organization_id = $1`, o.ID); err != nil {
				return err
			}
		}
	}
	_, err := t.exec(`INSERT INTO organization_key (key, organization_id) SELECT value, $1 FROM json_each($2)`, o.ID, asJSON(o.Keys()))
	if err != nil {
		return err
	}
	for _, a := range o.Addresses {
		if err := t.AddOrganizationAddress(o.ID, a); err != nil {
			return err
		}
	}
	for _, d := range o.Domains {
		_, err := t.exec(`INSERT INTO organization_domain (domain, organization_id, own) VALUES ($1, $2, $3)
			ON CONFLICT (domain, organization_id) DO UPDATE SET own = excluded.own`, d.Name, o.ID, d.Own)
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) AddOrganizationAddress(organizationID int64, address string) error {
	_, err := t.exec(`INSERT INTO organization_address (address, organization_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
		address, organizationID)
	return wrapf(err, "add address to organization %d", organizationID)
}

func (t *tx) AddContactOrganization(contactID, organizationID int64) error {
	_, err := t.exec(`INSERT INTO contact_organization (contact_id, organization_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
		contactID, organizationID)
	return wrapf(err, "add organization to contact %d", contactID)
}

func (t *tx) SetOrganizationMembers(unionID int64, members []int64) error {
	if _, err := t.exec(`DELETE FROM organization_member WHERE union_id = $1`, unionID); err != nil {
		return fmt.Errorf("set members of organization %d: %w", unionID, err)
	}
	_, err := t.exec(`INSERT INTO organization_member (union_id, member_id) SELECT $1, value FROM json_each($2)`, unionID, ids(members))
	return wrapf(err, "set members of organization %d", unionID)
}

func (t *tx) SetOrganizationCandidates(ticketID int64, all []helpdesk.OrganizationCandidate) error {
	if _, err := t.exec(`DELETE FROM ticket_candidate WHERE ticket_id = $1`, ticketID); err != nil {
		return fmt.Errorf("candidates of ticket %d: %w", ticketID, err)
	}
	for i, c := range all {
		_, err := t.exec(`INSERT INTO ticket_candidate (ticket_id, organization_id, rank, reason) VALUES ($1, $2, $3, $4)`,
			ticketID, c.OrganizationID, i, c.Why)
		if err != nil {
			return fmt.Errorf("candidates of ticket %d: %w", ticketID, err)
		}
	}
	return nil
}
