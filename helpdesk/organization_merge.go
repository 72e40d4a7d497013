package helpdesk

import (
	"context"
	"errors"
	"fmt"
)

// moveBatch is how many rows one transaction of a merge moves.
const moveBatch = 500

// MergeOrganizations makes a duplicate lead to the body that stays, and brings
// there its tickets, contacts, projects and addresses, in transactions of at
// most 500 rows. Cut off in the middle it can be repeated; whoever looks the
// duplicate up is led on from the first transaction.
func (d *Desk) MergeOrganizations(ctx context.Context, u User, duplicateID, intoID int64) error {
	if !Can(u, ActRegistry, 0) {
		return errForbidden
	}
	err := d.update(ctx, "merge organizations", func(c *change) error {
		return c.leadTo(duplicateID, intoID, u.ID)
	})
	for moved := moveBatch; err == nil && moved >= moveBatch; {
		err = d.update(ctx, "move to organization", func(c *change) error {
			if moved, err = c.MoveToOrganization(duplicateID, intoID, moveBatch); err != nil || moved == 0 {
				return err
			}
			return c.record(Event{Kind: EventOrganizationMoved, ActorID: u.ID, ObjectID: intoID,
				Detail: Detail{"from": fmt.Sprint(duplicateID), "rows": fmt.Sprint(moved)}})
		})
	}
	return err
}

func (c *change) leadTo(duplicateID, intoID, actor int64) error {
	duplicate, err := c.OrganizationByID(duplicateID)
	if errors.Is(err, ErrNone) {
		return errOrganizationNotFound
	}
	if err != nil {
		return err
	}
	into, err := c.OrganizationByID(intoID)
	switch {
	case errors.Is(err, ErrNone):
		return invalid("into", "L'ente in cui unire non esiste più: sceglilo di nuovo.")
	case err != nil:
		return err
	case duplicate.SuccessorID == intoID:
		return nil // begun before
	case into.SuccessorID != 0:
		return invalid("into", "«"+into.Title()+"» è a sua volta confluito in un altro ente: scegli quello.")
	case intoID == duplicateID:
		return invalid("into", "Un ente non si può unire a sé stesso: scegline un altro.")
	}
	duplicate.Ceased, duplicate.SuccessorID = true, intoID
	if err := c.Tx.SaveOrganization(&duplicate); err != nil {
		return err
	}
	// What led to the duplicate leads to its successor at once: no chains.
	if err := c.RedirectSuccessors(duplicateID, intoID); err != nil {
		return err
	}
	detail := Detail{"from": fmt.Sprint(duplicateID), "into": fmt.Sprint(intoID)}
	return c.record(Event{Kind: EventOrganizationMerged, ActorID: actor, ObjectID: duplicateID, Detail: detail})
}
