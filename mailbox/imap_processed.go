package mailbox

import (
	"context"
	"errors"

	"github.com/emersion/go-imap/v2"

	"sportello/helpdesk"
)

// The processed folder holds what was moved out of the watched one. A database
// that was copied back knows nothing of what was moved since, and nobody reads
// that folder. So the folder has a box of its own in the ledger, in which one
// row marks how far everything is known here; after a restore what lies above
// the mark is taken in.

// gatherSize is how many messages of the processed folder are taken in before
// the watched one is looked at again.
const gatherSize = 500

// markProcessed notes that the database knows all that the processed folder
// holds: once a connection, and after each move.
func (t *take) markProcessed(ctx context.Context) error {
	p := t.poller
	if p.cfg.ProcessedFolder == "" || p.marked {
		return nil
	}
	state, err := t.client.status(ctx, p.cfg.ProcessedFolder)
	if refusal(err) != nil {
		p.log.Warn("processed folder not looked at", "error", err)
		p.marked = true
		return nil
	}
	if err != nil || state.uidValidity == 0 || state.uidNext == 0 {
		p.marked = err == nil
		return err
	}
	box, err := p.keeper.OpenBox(ctx, p.mailboxID, p.cfg.ProcessedFolder, state.uidValidity, state.uidNext)
	if err != nil {
		return err
	}
	if box.Compare { // its UIDVALIDITY changed; the database has not come back
		if err := p.keeper.Settle(ctx, box.ID); err != nil {
			return err
		}
	}
	if last := state.uidNext - 1; last >= box.Next {
		mark := helpdesk.LedgerEntry{BoxID: box.ID, UIDValidity: box.UIDValidity, UID: last}
		if err := p.keeper.Skip(ctx, []helpdesk.LedgerEntry{mark}); err != nil {
			return err
		}
	}
	p.marked = true
	return nil
}

// status asks for a folder that is not open.
func (c *client) status(ctx context.Context, folder string) (folderState, error) {
	var state folderState
	err := c.step(ctx, "status", commandBudget, func() error {
		data, err := c.imap.Status(folder, &imap.StatusOptions{UIDNext: true, UIDValidity: true}).Wait()
		if err != nil {
			return err
		}
		state = folderState{uidValidity: data.UIDValidity, uidNext: uint32(data.UIDNext)}
		return nil
	})
	return state, err
}

var errFolderChanged = errors.New("the folder changed while another was open")

// gather takes in what the processed folder has above the mark, at most
// gatherSize messages; done tells whether that was all. The watched folder is
// open again when it returns.
func (t *take) gather(ctx context.Context) (done bool, err error) {
	p := t.poller
	if p.cfg.ProcessedFolder == "" {
		return true, nil
	}
	if p.aside == nil {
		cfg := p.cfg
		cfg.Folder, cfg.ProcessedFolder, cfg.Start = cfg.ProcessedFolder, "", Start{All: true}
		p.aside = NewPoller(p.mailboxID, cfg, p.keeper, p.log)
	}
	done, err = p.aside.gatherHere(ctx, t.client)
	p.progress = p.progress || p.aside.progress
	if refusal(err) != nil && !temporaryCode(refusal(err).Code) {
		p.log.Warn("processed folder not looked at", "error", err)
		done, err = true, nil
	}
	if err != nil {
		return false, err
	}
	state, err := t.client.open(ctx, p.cfg.Folder, false)
	if err == nil && state.uidValidity != t.box.UIDValidity {
		err = errFolderChanged
	}
	return done, err
}

// gatherHere is gather by the poller that stands for the processed folder and
// never runs.
func (p *Poller) gatherHere(ctx context.Context, c *client) (done bool, err error) {
	p.progress = false
	t, err := p.openTake(ctx, c)
	if err != nil {
		return false, err
	}
	// Settled with a mark: only the watched folder is being compared.
	if !t.box.Compare && t.box.Next > 1 {
		return true, nil
	}
	if err := t.retryFailed(ctx); err != nil {
		return false, err
	}
	uids, err := c.search(ctx, t.box.Next)
	if err != nil {
		return false, err
	}
	// A box that the copied database does not have would count as settled with
	// its first row.
	portion := uids
	if t.box.Compare {
		portion = uids[:min(len(uids), gatherSize)]
	}
	if err := t.takeAll(ctx, portion); err != nil || len(portion) < len(uids) {
		return false, err
	}
	return true, p.keeper.Settle(ctx, t.box.ID)
}
