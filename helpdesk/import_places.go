package helpdesk

import (
	"errors"
	"fmt"
	"strings"

	"sportello/helpdesk/pnrr"
	"sportello/helpdesk/sheet"
)

// projectPlace is a row of PNRR_Localizzazione.
type projectPlace struct {
	measureCode, cup, clp, istat string
	projectID                    int64
}

// places reads PNRR_Localizzazione: where projects lie.
func (d *Desk) places(table *sheet.Reader) importer[projectPlace] {
	read := func(row sheet.Row) (projectPlace, bool, error) {
		p := projectPlace{measureCode: strings.ToUpper(row.Get("codice_univoco_submisura")),
			cup: strings.ToUpper(row.Get("cup")), clp: row.Get("codice_locale_progetto")}
		if p.clp == p.cup {
			p.clp = ""
		}
		province, town := sheet.Digits(row.Get("codice_provincia"), 3), sheet.Digits(row.Get("codice_comune"), 3)
		if strings.Trim(province, "0") == "" || strings.Trim(town, "0") == "" {
			return p, true, nil // a whole province or region
		}
		p.istat = province + town
		if !pnrr.IsCUP(p.cup) {
			return p, false, refusal("il CUP non è valido")
		}
		return p, false, nil
	}
	plan := func(tx ReadTx, p *projectPlace) (outcome, error) {
		project, err := findProject(tx, Project{MeasureCode: p.measureCode, CUP: p.cup, CLP: p.clp})
		if errors.Is(err, ErrNone) {
			return outcomeSkipped, nil // of a person, or its file comes later
		}
		if err != nil {
			return 0, err
		}
		p.projectID = project.ID
		has, err := tx.HasPlace(project.ID, p.istat)
		if has || err != nil {
			return outcomeSame, err
		}
		return outcomeAdded, nil
	}
	save := func(c *change, p *projectPlace) error {
		if err := c.AddPlace(p.projectID, p.istat); err != nil {
			return fmt.Errorf("place %s: %w", p.istat, err)
		}
		return nil
	}
	return importer[projectPlace]{read: read, plan: plan, save: save}
}
