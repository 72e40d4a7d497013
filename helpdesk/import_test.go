package helpdesk_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sportello/helpdesk"
	"sportello/helpdesk/sheet"
)

// importProjects imports a table written out here and returns what it reports
// with the reasons of the rows left out.
func (d *testDesk) importProjects(file string, o helpdesk.ImportOptions) (helpdesk.ImportReport, []string, error) {
	d.t.Helper()
	table, err := sheet.NewReader(strings.NewReader(file))
	if err != nil {
		d.t.Fatal(err)
	}
	var reasons []string
	o.File = "prova.csv"
	o.Rejected = func(r helpdesk.Reject) error {
		reasons = append(reasons, fmt.Sprintf("%d %s", r.Line, r.Reason))
		return nil
	}
	report, err := d.ImportProjects(d.ctx, helpdesk.User{}, table, o)
	return report, reasons, err
}

func (d *testDesk) projects(cup string) (all []helpdesk.Project) {
	d.t.Helper()
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) {
		all, err = tx.ProjectsByCode(helpdesk.CodeCUP, cup)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

const projectsHead = "Programma;Codice Univoco Submisura;CUP ;Codice Locale Progetto;Stato CUP;Titolo progetto;Finanziamento PNRR;Finanziamento Totale;Soggetto attuatore;Codice fiscale soggetto attuatore\n"

func TestImportProjects(t *testing.T) {
	d := newDesk(t)
	file := projectsHead +
		"PNRR;M4C1I1.01.00;B11B22000140006;B11B22000140006;Attivo;Nuovo asilo nido;1.200.000,50;1.500.000,00;COMUNE DI VALCERVA;177080033\n" +
		"PNRR;M5C2I2.01.00;C21B22000150001;;Attivo;Piazza;100,00;N/D;Unione dei Comuni Tre Valli;01770800337\n" +
		"PNRR;M2C1I1.01.00;D31B22000160001;;Attivo;Tetto;100,00;100,00;MARIO ROSSI;RSSMRA80A01H501U\n" +
		"PNRR;M2C1I1.01.00;D31B22000170001;;Attivo;Tetto;100,00;100,00;ROSSI MARIO;01770800337\n" +
		"PNRR;M2C1I1.01.00;NONVALIDO;;Attivo;x;1,00;1,00;COMUNE DI MONTEFRESCO;01770800338\n" +
		"\";PNRR;rotta\n" +
		"PNRR;M2C1I1.01.00;D31B22000180001;;Attivo;x;1,00;1,00;;\n"
	report, _, err := d.importProjects(file, helpdesk.ImportOptions{DryRun: true})
	if err != nil || report.Added != 2 || len(d.projects("B11B22000140006")) != 0 {
		t.Fatalf("dry run: %+v, %v; nothing may be written", report, err)
	}
	report, reasons, err := d.importProjects(file, helpdesk.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := helpdesk.ImportReport{Rows: 7, Added: 2, Skipped: 2, Rejected: 3}
	if report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	for _, reason := range []string{"6 il CUP non è valido", "7 3 colonne invece di 10", "8 manca il soggetto attuatore"} {
		if !strings.Contains(strings.Join(reasons, "\n"), reason) {
			t.Errorf("reasons %q lack %q", reasons, reason)
		}
	}
	p := d.projects("B11B22000140006")[0]
	if p.MeasureID != d.measure("M4C1I1.1") || p.FiscalCode != "00177080033" || p.CLP != "" || p.PNRRAmount != 120000050 ||
		p.Amount != 150000000 || !p.FeedsReGiS {
		t.Errorf("project %+v", p)
	}
	if p := d.projects("C21B22000150001")[0]; p.Amount != helpdesk.Unknown {
		t.Errorf("an amount of N/D is %d", p.Amount)
	}
	// Again, and then with one cell changed.
	if report, _, err = d.importProjects(file, helpdesk.ImportOptions{}); err != nil || report.Same != 2 || report.Added+report.Changed != 0 {
		t.Errorf("the same file again: %+v, %v", report, err)
	}
	report, _, err = d.importProjects(strings.Replace(file, "Attivo;Piazza", "Chiuso;Piazza", 1), helpdesk.ImportOptions{})
	if err != nil || report.Changed != 1 || d.projects("C21B22000150001")[0].State != "Chiuso" {
		t.Errorf("with one change: %+v, %v", report, err)
	}
}

func TestImportPlaces(t *testing.T) {
	d := newDesk(t)
	_, _, err := d.importProjects(projectsHead+"PNRR;M4C1I1.01.00;B11B22000140006;;Attivo;Nido;1,00;1,00;COMUNE DI VALCERVA;177080033\n", helpdesk.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	file := "Codice Univoco Submisura;CUP;Codice Locale Progetto;Codice Provincia;Codice Comune\n" +
		"M4C1I1.01.00;B11B22000140006;B11B22000140006;16;7\n" +
		"M4C1I1.01.00;B11B22000140006;;016;000\n" +
		"M4C1I1.01.00;C21B22000150001;;016;008\n" +
		"M4C1I1.01.00;x;;016;008\n"
	report, reasons, err := d.importProjects(file, helpdesk.ImportOptions{})
	if want := (helpdesk.ImportReport{Rows: 4, Added: 1, Skipped: 2, Rejected: 1}); err != nil || report != want {
		t.Errorf("places %+v, %v, %q; want %+v", report, err, reasons, want)
	}
	if report, _, err = d.importProjects(file, helpdesk.ImportOptions{}); err != nil || report.Same != 1 || report.Added != 0 {
		t.Errorf("places again %+v, %v", report, err)
	}
}

// Italia Domani and PA digitale write of one project, in either order.
func TestImportPADigitale(t *testing.T) {
	const national = projectsHead + "PNRR;M1C1I1.04.03;F71F22001230006;PRJ_143COM0922X_004512;Attivo;App IO;1,00;14.000,00;COMUNE DI MONTEFRESCO;177080033\n"
	const platform = "codice_ipa,ente,cod_comune,importo_finanziamento,avviso,data_finanziamento,codice_cup,stato_candidatura,misura\n" +
		"c_x001,Comune di Montefresco,000N/D,14000.0,\"1.4.3 - App IO - Comuni, Settembre\",2023-01-30,F71F22001230006,E,1.4.3 Adozione app IO\n" +
		"c_x002,Comune di Altrove,016002,100.0,x,2023-01-30,,A,1.4.3 Adozione app IO\n"
	for what, files := range map[string][]string{"national first": {national, platform}, "platform first": {platform, national}} {
		t.Run(what, func(t *testing.T) {
			d := newDesk(t)
			for _, f := range files {
				if _, reasons, err := d.importProjects(f, helpdesk.ImportOptions{}); err != nil || len(reasons) > 0 {
					t.Fatalf("%v, %q", err, reasons)
				}
			}
			all := d.projects("F71F22001230006")
			if len(all) != 1 {
				t.Fatalf("%d projects, want one", len(all))
			}
			p := all[0]
			if p.CLP != "PRJ_143COM0922X_004512" || p.FeedsReGiS || p.MeasureID != d.measure("M1C1I1.4.3") || p.Title != "App IO" || p.FiscalCode == "" {
				t.Errorf("project %+v", p)
			}
			for _, f := range files {
				if report, _, err := d.importProjects(f, helpdesk.ImportOptions{}); err != nil || report.Same != 1 {
					t.Errorf("again %+v, %v", report, err)
				}
			}
		})
	}
}

func TestImportIsRefused(t *testing.T) {
	d := newDesk(t)
	_, _, err := d.importProjects("nome;cognome\nAnna;Colombo\n", helpdesk.ImportOptions{})
	var e *helpdesk.Error
	if !errors.As(err, &e) || e.Code != helpdesk.Invalid || !strings.Contains(e.Message, "nome, cognome") || !strings.Contains(e.Message, "CUP") {
		t.Errorf("a file of something else: %v; want what was expected and what was found", err)
	}
	table, err := sheet.NewReader(strings.NewReader(projectsHead))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.ImportProjects(d.ctx, d.anna, table, helpdesk.ImportOptions{}); helpdesk.ErrorCode(err) != helpdesk.Forbidden {
		t.Errorf("an expert imports: %v", err)
	}
}
