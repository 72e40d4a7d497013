package store

import (
	"database/sql"
	"fmt"

	"sportello/helpdesk"
)

const projectColumns = `p.id, p.measure_code, p.cup, p.clp, COALESCE(p.measure_id, 0), COALESCE(p.organization_id, 0),
	p.body, p.fiscal_code, p.title, p.state, p.phase, COALESCE(p.amount, -1), COALESCE(p.pnrr_amount, -1),
	p.starts_on, p.ends_on, p.feeds_regis, p.source, p.seen_at`

func scanProject(s scanner) (p helpdesk.Project, err error) {
	err = s.Scan(&p.ID, &p.MeasureCode, &p.CUP, &p.CLP, &p.MeasureID, &p.OrganizationID,
		&p.Body, &p.FiscalCode, &p.Title, &p.State, &p.Phase, &p.Amount, &p.PNRRAmount,
		&p.StartsOn, &p.EndsOn, &p.FeedsReGiS, &p.Source, at(&p.SeenAt))
	return p, err
}

func (t *tx) ProjectByKey(measureCode, cup, clp string) (helpdesk.Project, error) {
	p, err := one(t, scanProject, `SELECT `+projectColumns+` FROM project p
		WHERE p.measure_code = $1 AND p.cup = $2 AND p.clp = $3`, measureCode, cup, clp)
	return p, wrapf(err, "project %s %s", measureCode, cup)
}

func (t *tx) ProjectsByCode(kind helpdesk.CodeKind, code string) ([]helpdesk.Project, error) {
	column := map[helpdesk.CodeKind]string{helpdesk.CodeCUP: "cup", helpdesk.CodeCLP: "clp"}[kind]
	if column == "" || code == "" {
		return nil, nil
	}
	all, err := list(t, scanProject, `SELECT `+projectColumns+` FROM project p INDEXED BY project_`+column+`
		WHERE p.`+column+` = $1 AND p.`+column+` <> '' ORDER BY p.id LIMIT 50`, code)
	return all, wrapf(err, "projects of %s", kind)
}

func (t *tx) ProjectsOf(organizationID int64, limit int) ([]helpdesk.Project, error) {
	all, err := list(t, scanProject, `SELECT `+projectColumns+` FROM project p INDEXED BY project_organization
		WHERE p.organization_id = $1 ORDER BY p.measure_id, p.id LIMIT $2`, organizationID, limit)
	return all, wrapf(err, "projects of body %d", organizationID)
}

func (t *tx) HasPlace(projectID int64, istat string) (has bool, err error) {
	err = t.get(into(&has), `SELECT EXISTS (SELECT 1 FROM project_place WHERE project_id = $1 AND istat = $2)`, projectID, istat)
	return has, wrapf(err, "place of project %d", projectID)
}

func (t *tx) OrganizationByCode(kind helpdesk.BodyCode, code string) (int64, error) {
	column := map[helpdesk.BodyCode]string{helpdesk.BodyISTAT: "istat", helpdesk.BodyIPA: "ipa", helpdesk.BodyFiscal: "fiscal_code"}[kind]
	if column == "" || code == "" {
		return 0, nil
	}
	id, err := optional(one(t, scanInt, `SELECT id FROM organization WHERE `+column+` = $1 AND `+column+` <> ''
		ORDER BY state, id LIMIT 1`, code))
	return id, wrapf(err, "body by %s", kind)
}

func (t *tx) SaveProject(p *helpdesk.Project) error {
	values := []any{p.MeasureCode, p.CUP, p.CLP, ref(p.MeasureID), ref(p.OrganizationID), p.Body, p.FiscalCode, p.Title,
		p.State, p.Phase, amount(p.Amount), amount(p.PNRRAmount), p.StartsOn, p.EndsOn, p.FeedsReGiS, p.Source, p.SeenAt.UnixMilli()}
	if p.ID == 0 {
		err := t.get(into(&p.ID), `INSERT INTO project (measure_code, cup, clp, measure_id, organization_id, body, fiscal_code,
			  title, state, phase, amount, pnrr_amount, starts_on, ends_on, feeds_regis, source, seen_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id`, values...)
		return wrapf(err, "insert project %s", p.CUP)
	}
	_, err := t.exec(`UPDATE project SET measure_code = $1, cup = $2, clp = $3, measure_id = $4, organization_id = $5,
		  body = $6, fiscal_code = $7, title = $8, state = $9, phase = $10, amount = $11, pnrr_amount = $12,
		  starts_on = $13, ends_on = $14, feeds_regis = $15, source = $16, seen_at = $17
		WHERE id = $18`, append(values, p.ID)...)
	return wrapf(err, "save project %s", p.CUP)
}

func amount(cents int64) sql.NullInt64 {
	return sql.NullInt64{Int64: cents, Valid: cents != helpdesk.Unknown}
}

func (t *tx) AddPlace(projectID int64, istat string) error {
	_, err := t.exec(`INSERT INTO project_place (project_id, istat) VALUES ($1, $2)
		ON CONFLICT (project_id, istat) DO NOTHING`, projectID, istat)
	return wrapf(err, "place of project %d", projectID)
}

func (t *tx) TieProjects(limit int) (int, error) {
	r, err := t.exec(`UPDATE project SET organization_id = (SELECT o.id FROM organization o
		  WHERE o.fiscal_code = project.fiscal_code AND o.fiscal_code <> '' ORDER BY o.state, o.id LIMIT 1)
		WHERE id IN (SELECT p.id FROM organization o CROSS JOIN project p INDEXED BY project_loose
		  ON p.fiscal_code = o.fiscal_code WHERE o.fiscal_code <> '' AND p.organization_id IS NULL LIMIT $1)`, limit)
	if err != nil {
		return 0, fmt.Errorf("tie projects: %w", err)
	}
	n, err := r.RowsAffected()
	return int(n), err
}
