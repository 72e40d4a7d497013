package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"sportello/helpdesk/pnrr"
	"sportello/helpdesk/sheet"
)

// ImportProjects brings in a file of projects: PNRR_Progetti or
// PNRR_Localizzazione of Italia Domani, or a list of PA digitale 2026, told by
// their columns. Rows of natural persons are left out: the desk needs bodies.
func (d *Desk) ImportProjects(ctx context.Context, actor User, table *sheet.Reader, o ImportOptions) (ImportReport, error) {
	if err := mayAdminister(actor); err != nil {
		return ImportReport{}, err
	}
	if !o.DryRun {
		if err := d.update(ctx, "load taxonomy", (*change).loadTaxonomy); err != nil { // before the first start
			return ImportReport{}, err
		}
	}
	has := func(names ...string) bool { return table.Column(names...) != "" }
	switch {
	case has("codice_ipa") && has("codice_cup", "cup") && has("misura") && has("avviso"):
		return importTable(ctx, d, actor, table, o, d.padigitale(table))
	case has("cup") && has("codice_univoco_submisura") && has("soggetto_attuatore"):
		return importTable(ctx, d, actor, table, o, d.italiaDomani(table))
	case has("cup") && has("codice_univoco_submisura") && has("codice_comune"):
		return importTable(ctx, d, actor, table, o, d.places(table))
	}
	return ImportReport{}, expected("occorrono le colonne CUP, Codice Univoco Submisura e Soggetto attuatore (PNRR_Progetti), "+
		"oppure Codice Comune (PNRR_Localizzazione), oppure codice_ipa, codice_cup, avviso e misura (PA digitale 2026)", table)
}

// italiaDomani reads PNRR_Progetti: 50 columns in 2023, 62 in 2026, under
// changing names.
func (d *Desk) italiaDomani(table *sheet.Reader) importer[Project] {
	title := table.Column("titolo_progetto")
	state := table.Column("stato_cup")
	phase := table.Column("descrizione_stato_fase_iter_di_progetto", "descrizione_fase_iter_di_progetto", "stato_fase_iter_di_progetto")
	amount := table.Column("finanziamento_totale_pubblico_netto", "finanziamento_totale")
	pnrrAmount := table.Column("finanziamento_pnrr")
	fiscal := table.Column("codice_fiscale_soggetto_attuatore")
	starts := table.Column("data_inizio_progetto_effettiva", "data_inizio_progetto_prevista")
	ends := table.Column("data_fine_progetto_effettiva", "data_fine_progetto_prevista")
	read := func(row sheet.Row) (Project, bool, error) {
		p := Project{
			MeasureCode: strings.ToUpper(row.Get("codice_univoco_submisura")), CUP: strings.ToUpper(row.Get("cup")),
			CLP: row.Get("codice_locale_progetto"), Body: row.Get("soggetto_attuatore"), FiscalCode: sheet.Digits(row.Get(fiscal), fiscalDigits),
			Title: row.Get(title), State: row.Get(state), Phase: row.Get(phase),
			Amount: cents(row.Get(amount)), PNRRAmount: cents(row.Get(pnrrAmount)),
			StartsOn: sheet.Day(row.Get(starts)), EndsOn: sheet.Day(row.Get(ends)),
			FeedsReGiS: true, Source: SourceItaliaDomani,
		}
		if p.CLP == p.CUP {
			p.CLP = "" // how some owners fill a column they have nothing for
		}
		if p.Body == "" {
			return p, false, refusal("manca il soggetto attuatore")
		}
		return p, p.FiscalCode == "" || !readsLikeBody(p.Body), checkProject(p)
	}
	return importer[Project]{read: read, plan: planProject, save: saveProject}
}

const fiscalDigits = 11

func checkProject(p Project) error {
	switch {
	case !pnrr.IsCUP(p.CUP):
		return refusal("il CUP non è valido")
	case !measureCode.MatchString(p.MeasureCode):
		return refusal("il codice della submisura non è valido")
	}
	return nil
}

var measureCode = regexp.MustCompile(`^M[1-7](C[1-4])?[IR][0-9]{1,2}(\.[0-9]{1,2}){0,2}[A-Z0-9.]{0,8}$`)

// bodyWords name bodies and companies. One-person firms have a fiscal code of
// eleven digits like everybody else, and a person's name.
var bodyWords = regexp.MustCompile(`(?i)\b(comun[ei]|union[ei]|citt[àa]|provinci\w*|regione|comunit[àa]|consorzi\w*|ministero|agenzia|aziend\w*|` +
	`asl|ats|asst|irccs|ospedal\w*|istitut\w*|scuol\w*|liceo|convitto|universit\w*|politecnico|accademi\w*|conservatorio|ente|parco|` +
	`camera|autorit[àa]|fondazione|associazione|società|societa|cooperativ\w*|diocesi|parrocchia|arcidiocesi|monastero|museo|` +
	`biblioteca|consiglio|dipartimento|presidenza|commissari\w*|capitaneria|comando|prefettura|tribunale|corte|` +
	`s\.?p\.?a|s\.?r\.?l\.?s?|s\.?c\.?a?\.?r\.?l|onlus|aps|rfi|anas|invitalia|cnr|infn|enea|ispra|inps|inail|cassa|municipalizzata)\b`)

func readsLikeBody(name string) bool { return bodyWords.MatchString(name) }

// cents is an amount, Unknown where there is none.
func cents(s string) int64 {
	if n, ok := sheet.Cents(s); ok {
		return n
	}
	return Unknown
}

type bodyCode struct {
	kind BodyCode
	code string
}

// organizationByCodes is the body that the first known code names. A code of
// nothing («000N/D») names none.
func organizationByCodes(tx ReadTx, codes ...bodyCode) (int64, error) {
	for _, c := range codes {
		if strings.Trim(c.code, "0") == "" {
			continue
		}
		if id, err := tx.OrganizationByCode(c.kind, c.code); id != 0 || err != nil {
			return id, err
		}
	}
	return 0, nil
}

// planProject compares a project with what is kept. One that PA digitale
// named without a CLP is the same that Italia Domani names with it.
func planProject(tx ReadTx, p *Project) (outcome, error) {
	if p.OrganizationID == 0 {
		id, err := organizationByCodes(tx, bodyCode{BodyFiscal, p.FiscalCode})
		if err != nil {
			return 0, err
		}
		p.OrganizationID = id
	}
	var err error
	if p.MeasureID, err = tx.MeasureByUnique(p.MeasureCode); err != nil {
		return 0, err
	}
	was, err := findProject(tx, *p)
	if errors.Is(err, ErrNone) {
		return outcomeAdded, nil
	}
	if err != nil {
		return 0, err
	}
	p.adopt(was)
	if *p == was {
		return outcomeSame, nil
	}
	return outcomeChanged, nil
}

func findProject(tx ReadTx, p Project) (Project, error) {
	was, err := tx.ProjectByKey(p.MeasureCode, p.CUP, p.CLP)
	if !errors.Is(err, ErrNone) {
		return was, err
	}
	same, err := tx.ProjectsByCode(CodeCUP, p.CUP)
	if err != nil {
		return was, err
	}
	for _, s := range same {
		if s.MeasureCode == p.MeasureCode && (s.CLP == "" || p.CLP == "") {
			return s, nil
		}
	}
	return was, ErrNone
}

// adopt keeps of the project as it was what this source does not tell: each
// file has its own columns.
func (p *Project) adopt(was Project) {
	p.ID, p.SeenAt = was.ID, was.SeenAt
	p.CLP, p.Body, p.FiscalCode = cmp.Or(p.CLP, was.CLP), cmp.Or(p.Body, was.Body), cmp.Or(p.FiscalCode, was.FiscalCode)
	p.Phase, p.StartsOn, p.EndsOn = cmp.Or(p.Phase, was.Phase), cmp.Or(p.StartsOn, was.StartsOn), cmp.Or(p.EndsOn, was.EndsOn)
	if p.OrganizationID == 0 {
		p.OrganizationID = was.OrganizationID
	}
	if p.PNRRAmount == Unknown {
		p.PNRRAmount = was.PNRRAmount
	}
	// Italia Domani tells what a project is, PA digitale that it feeds no ReGiS.
	p.FeedsReGiS = p.FeedsReGiS && was.FeedsReGiS
	if p.Source == SourcePADigitale && was.Source == SourceItaliaDomani {
		p.Source = was.Source
		p.Title, p.State, p.Amount, p.Body, p.StartsOn = was.Title, was.State, was.Amount, was.Body, was.StartsOn
	}
}

func saveProject(c *change, p *Project) error {
	p.SeenAt = c.at
	return c.SaveProject(p)
}

// TieProjects gives projects their body where it came to be known after them.
func (d *Desk) TieProjects(ctx context.Context) error {
	for {
		tied := 0
		err := d.update(ctx, "tie projects", func(c *change) (err error) {
			if tied, err = c.Tx.TieProjects(importBatch); err != nil || tied == 0 {
				return err
			}
			return c.record(Event{Kind: EventImported, Detail: Detail{"tied": fmt.Sprint(tied)}})
		})
		if err != nil || tied == 0 {
			return err
		}
	}
}
