package mailbox

import (
	"context"
	"errors"

	"github.com/emersion/go-imap/v2"
)

var errNotReturned = errors.New("the server lists the message and does not return it")

// rescue deals with a UID that did not come back: expunged meanwhile, or sent
// in an order the library drops in silence (UID after the body). A fetch by
// sequence number brings the latter; the UID in its answer must be the one.
func (t *take) rescue(ctx context.Context, uid uint32) error {
	seq, err := t.client.locate(ctx, uid)
	if err != nil {
		return t.broke(ctx, []uint32{uid}, err, nil)
	}
	if seq == 0 {
		return t.poller.keeper.Vanished(ctx, t.entry(item{uid: uid}))
	}
	set := imap.SeqSetNum(seq)
	described, err := t.client.describe(ctx, set, 1)
	if err != nil {
		return t.broke(ctx, []uint32{uid}, err, nil)
	}
	i := indexUID(described, uid)
	if i < 0 {
		return t.failed(ctx, uid, errNotReturned)
	}
	return t.one(ctx, described[i], set)
}

// retryFailed tries again what the ledger has as failed and due. Every other
// time the message is asked for without any description, whose parsing may be
// what broke the connection.
func (t *take) retryFailed(ctx context.Context) error {
	due, err := t.poller.keeper.DueFetches(ctx, t.box.Box)
	if err != nil {
		return err
	}
	for _, uid := range due {
		t.poller.retried[uid]++
		t.poller.blamed = uid // it has failed alone before
		if t.poller.retried[uid]%2 == 0 {
			err = t.rescue(ctx, uid)
		} else {
			err = t.plain(ctx, uid)
		}
		if err != nil {
			return err
		}
	}
	return t.moveKept(ctx)
}

// plain fetches a message knowing nothing of it.
func (t *take) plain(ctx context.Context, uid uint32) error {
	it := item{uid: uid}
	if t.poller.tooLarge[uid] {
		return t.one(ctx, it, uidSet(uid))
	}
	raw, err := t.client.sliced(ctx, uid, uidSet(uid), 0, t.poller.cfg.MaxMessageSize)
	switch {
	case errors.Is(err, errNotReturned):
		return t.rescue(ctx, uid)
	case errors.Is(err, errTooLarge):
		t.poller.tooLarge[uid] = true
		if t.client.wire.aborted() == nil {
			return t.one(ctx, it, uidSet(uid))
		}
	}
	if err != nil {
		return t.broke(ctx, []uint32{uid}, err, nil)
	}
	// Only now: a date that cannot be read may end the connection.
	date, lost := t.client.arrived(ctx, uid)
	it.date = date
	if err := t.keep(ctx, it, raw, false); err != nil || lost == nil || refusal(lost) != nil {
		return err
	}
	t.poller.progress = true
	return lost
}

// broke decides what a failed fetch means. A batch goes on one by one in the
// way it came; a message that breaks twice alone is noted as failed, and the
// next flows. A server in trouble of its own is left in peace: it says nothing
// about a message.
func (t *take) broke(ctx context.Context, uids []uint32, cause error, onward func(context.Context, []uint32) error) error {
	p := t.poller
	no := refusal(cause)
	alive := no != nil && !temporaryCode(no.Code) || errors.Is(cause, errNotReturned)
	switch {
	case ctx.Err() != nil, no != nil && busyCode(no.Code):
		return cause
	case len(uids) > 1:
		p.alone = max(p.alone, uids[len(uids)-1])
		if alive {
			return onward(ctx, uids)
		}
		return cause
	}
	uid := uids[0]
	if errors.Is(cause, errTooLarge) {
		p.tooLarge[uid] = true
	}
	if !alive && p.blamed != uid {
		p.blamed = uid
		p.alone = max(p.alone, uid)
		return cause
	}
	if err := t.failed(ctx, uid, cause); err != nil {
		return err
	}
	p.progress = true
	if alive {
		return nil
	}
	return cause
}

func (t *take) failed(ctx context.Context, uid uint32, cause error) error {
	t.poller.log.Warn("message not fetched", "uid", uid, "error", cause)
	return t.poller.keeper.FetchFailed(ctx, t.entry(item{uid: uid}), cause.Error())
}
