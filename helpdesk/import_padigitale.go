package helpdesk

import (
	"strings"

	"sportello/helpdesk/sheet"
)

// padigitaleRow is a project with the codes of its body, which are not kept
// with it.
type padigitaleRow struct {
	Project
	ipa, istat string
}

// padigitale reads a list of PA digitale 2026. Its bodies do not feed ReGiS:
// the platform does (domain.md §2.3).
func (d *Desk) padigitale(table *sheet.Reader) importer[padigitaleRow] {
	cup := table.Column("codice_cup", "cup")
	read := func(row sheet.Row) (padigitaleRow, bool, error) {
		p := padigitaleRow{ipa: strings.ToLower(row.Get("codice_ipa")), istat: sheet.Digits(row.Get("cod_comune"), istatDigits)}
		p.Project = Project{
			MeasureCode: padigitaleCode(row.Get("misura")), CUP: strings.ToUpper(row.Get(cup)), Body: row.Get("ente"),
			Title: row.Get("avviso"), State: row.Get("stato_candidatura"), Amount: cents(row.Get("importo_finanziamento")),
			PNRRAmount: Unknown, StartsOn: sheet.Day(row.Get("data_finanziamento")), Source: SourcePADigitale,
		}
		if p.CUP == "" {
			return p, true, nil // not financed yet
		}
		return p, false, checkProject(p.Project)
	}
	plan := func(tx ReadTx, p *padigitaleRow) (o outcome, err error) {
		p.OrganizationID, err = organizationByCodes(tx, bodyCode{BodyIPA, p.ipa}, bodyCode{BodyISTAT, p.istat})
		if err != nil {
			return 0, err
		}
		return planProject(tx, &p.Project)
	}
	save := func(c *change, p *padigitaleRow) error { return saveProject(c, &p.Project) }
	return importer[padigitaleRow]{read: read, plan: plan, save: save}
}

const istatDigits = 6

// padigitaleCode is the codice univoco of «1.4.3 Adozione app IO»: the
// platform has measures of component M1C1 only.
func padigitaleCode(measure string) string {
	number, _, _ := strings.Cut(strings.TrimSpace(measure), " ")
	parts := strings.Split(number, ".")
	if len(parts) < 2 || len(parts) > 3 {
		return ""
	}
	third := "00"
	if len(parts) == 3 {
		third = sheet.Digits(parts[2], 2)
	}
	return "M1C1I" + parts[0] + "." + sheet.Digits(parts[1], 2) + "." + third
}
