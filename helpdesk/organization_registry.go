package helpdesk

import (
	"context"
	"errors"
	"fmt"

	"sportello/helpdesk/registry"
)

// settingRegistry holds the version of the shipped list that was taken in.
const (
	settingRegistry = "registry-version"
	registryBatch   = 200
)

// LoadRegistry takes the shipped list of municipalities in, once for each
// version of it: what is missing is added, what is there stays as it is, for
// imports and people know better. Cut off in the middle it goes on the next time.
func (d *Desk) LoadRegistry(ctx context.Context) error {
	loaded := ""
	err := d.store.View(ctx, func(tx ReadTx) (err error) {
		loaded, err = tx.Setting(settingRegistry)
		if errors.Is(err, ErrNone) {
			return nil
		}
		return err
	})
	if err != nil || loaded == registry.Version {
		return err
	}
	all := registry.Municipalities()
	for from := 0; from < len(all); from += registryBatch {
		batch := all[from:min(from+registryBatch, len(all))]
		if err := d.update(ctx, "load registry", func(c *change) error { return c.addMunicipalities(batch) }); err != nil {
			return err
		}
	}
	return d.update(ctx, "load registry", func(c *change) error {
		if err := c.leadMunicipalities(all); err != nil {
			return err
		}
		if err := c.SetSetting(settingRegistry, registry.Version); err != nil {
			return err
		}
		return c.record(Event{Kind: EventRegistryLoaded, Detail: Detail{"version": registry.Version}})
	})
}

func (c *change) addMunicipalities(batch []registry.Municipality) error {
	added := 0
	for _, m := range batch {
		_, err := c.OrganizationByISTAT(m.ISTAT)
		if err == nil {
			continue
		}
		if !errors.Is(err, ErrNone) {
			return err
		}
		o := Organization{Kind: KindComune, Name: m.Name, ISTAT: m.ISTAT, Province: m.Province, Region: m.Region, Ceased: m.Ceased}
		if m.Also != "" {
			o.Also = []string{m.Also}
		}
		if err := c.Tx.SaveOrganization(&o); err != nil {
			return err
		}
		added++
	}
	if added == 0 {
		return nil
	}
	return c.record(Event{Kind: EventRegistryLoaded, Detail: Detail{"added": fmt.Sprint(added)}})
}

// leadMunicipalities notes into which municipality the ceased ones went.
func (c *change) leadMunicipalities(all []registry.Municipality) error {
	for _, m := range all {
		if m.Successor == "" {
			continue
		}
		o, err := c.OrganizationByISTAT(m.ISTAT)
		if err != nil {
			return err
		}
		into, err := c.OrganizationByISTAT(m.Successor)
		if err != nil {
			return err
		}
		if o.SuccessorID != 0 {
			continue
		}
		o.Ceased, o.SuccessorID = true, into.ID
		if err := c.Tx.SaveOrganization(&o); err != nil {
			return err
		}
	}
	return nil
}
