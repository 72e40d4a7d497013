package store

import (
	"fmt"

	"sportello/helpdesk"
)

const contactColumns = `c.id, c.name, c.address, COALESCE(c.organization_id, 0), c.created_at`

func scanContact(s scanner) (c helpdesk.Contact, err error) {
	err = s.Scan(&c.ID, &c.Name, &c.Address, &c.OrganizationID, at(&c.CreatedAt))
	return c, err
}

func (t *tx) ContactByAddress(address string) (helpdesk.Contact, error) {
	c, err := one(t, scanContact, `SELECT `+contactColumns+` FROM contact_address a
		JOIN contact c ON c.id = a.contact_id WHERE a.address = $1`, address)
	return c, wrapf(err, "contact by address")
}

func (t *tx) ContactByID(id int64) (helpdesk.Contact, error) {
	c, err := one(t, scanContact, `SELECT `+contactColumns+` FROM contact c WHERE c.id = $1`, id)
	return c, wrapf(err, "contact %d", id)
}

func (t *tx) InsertContact(c *helpdesk.Contact) error {
	err := t.get(into(&c.ID), `INSERT INTO contact (name, address, organization_id, created_at)
		VALUES ($1, $2, $3, $4) RETURNING id`, c.Name, c.Address, ref(c.OrganizationID), c.CreatedAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("insert contact: %w", err)
	}
	if c.Address == "" {
		return nil // a caller who left a name only
	}
	_, err = t.exec(`INSERT INTO contact_address (address, contact_id) VALUES ($1, $2)`, c.Address, c.ID)
	return wrapf(err, "insert contact")
}

// SaveContact changes name, address and organization. The addresses by which
// the contact was known stay known.
func (t *tx) SaveContact(c helpdesk.Contact) error {
	_, err := t.exec(`UPDATE contact SET name = $1, address = $2, organization_id = $3 WHERE id = $4`,
		c.Name, c.Address, ref(c.OrganizationID), c.ID)
	if err != nil {
		return fmt.Errorf("save contact %d: %w", c.ID, err)
	}
	if c.Address == "" {
		return nil
	}
	_, err = t.exec(`INSERT INTO contact_address (address, contact_id) VALUES ($1, $2)
		ON CONFLICT (address) DO NOTHING`, c.Address, c.ID)
	return wrapf(err, "save contact %d", c.ID)
}

func (t *tx) CertifiedAddresses(addresses []string) ([]string, error) {
	all, err := list(t, scanString, `SELECT c.address FROM json_each($1) j
		CROSS JOIN certified_address c ON c.address = j.value`, asJSON(addresses))
	return all, wrapf(err, "certified addresses")
}

func (t *tx) NoteCertifiedAddress(address string) error {
	_, err := t.exec(`INSERT INTO certified_address (address) VALUES ($1) ON CONFLICT DO NOTHING`, address)
	return wrapf(err, "note certified address")
}
