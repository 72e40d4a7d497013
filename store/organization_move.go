package store

import "fmt"

// belongings are what a merge of bodies moves: at most $3 rows of body $1 to
// body $2. What the target has already stays behind and is dropped after.
var belongings = []string{
	`UPDATE ticket SET organization_id = $2 WHERE id IN (SELECT id FROM ticket WHERE organization_id = $1 LIMIT $3)`,
	`UPDATE contact SET organization_id = $2 WHERE id IN (SELECT id FROM contact WHERE organization_id = $1 LIMIT $3)`,
	`UPDATE project SET organization_id = $2 WHERE id IN (SELECT id FROM project WHERE organization_id = $1 LIMIT $3)`,
	moveKeyed("ticket_candidate", "organization_id", "ticket_id"),
	moveKeyed("contact_organization", "organization_id", "contact_id"),
	moveKeyed("organization_address", "organization_id", "address"),
	moveKeyed("organization_domain", "organization_id", "domain"),
	moveKeyed("organization_member", "union_id", "member_id"),
	moveKeyed("organization_member", "member_id", "union_id"),
}

// moveKeyed moves rows whose key is the body with something else.
func moveKeyed(table, body, other string) string {
	return `UPDATE ` + table + ` SET ` + body + ` = $2 WHERE ` + body + ` = $1 AND ` + other + ` IN (
		SELECT m.` + other + ` FROM ` + table + ` m WHERE m.` + body + ` = $1 AND NOT EXISTS (
		  SELECT 1 FROM ` + table + ` h WHERE h.` + body + ` = $2 AND h.` + other + ` = m.` + other + `) LIMIT $3)`
}

// remains are what the target had already.
var remains = []string{
	`DELETE FROM ticket_candidate WHERE organization_id = $1`,
	`DELETE FROM contact_organization WHERE organization_id = $1`,
	`DELETE FROM organization_address WHERE organization_id = $1`,
	`DELETE FROM organization_domain WHERE organization_id = $1`,
	`DELETE FROM organization_member WHERE union_id = $1 OR member_id = $1`,
}

func (t *tx) MoveToOrganization(fromID, toID int64, limit int) (int, error) {
	moved := 0
	for _, q := range belongings {
		if moved >= limit {
			return moved, nil
		}
		r, err := t.exec(q, fromID, toID, limit-moved)
		if err != nil {
			return moved, fmt.Errorf("move to organization %d: %w", toID, err)
		}
		n, _ := r.RowsAffected()
		moved += int(n)
	}
	if moved >= limit {
		return moved, nil
	}
	for _, q := range remains {
		if _, err := t.exec(q, fromID); err != nil {
			return moved, fmt.Errorf("move to organization %d: %w", toID, err)
		}
	}
	return moved, nil
}

func (t *tx) RedirectSuccessors(fromID, toID int64) error {
	_, err := t.exec(`UPDATE organization SET successor_id = $2 WHERE successor_id = $1`, fromID, toID)
	return wrapf(err, "redirect successors of organization %d", fromID)
}
