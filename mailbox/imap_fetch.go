package mailbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	headerLimit = 256 << 10 // of a header block; what lies beyond is never a header
	sliceSize   = 4 << 20   // large bodies come in slices of this size
	wholeLimit  = 20 << 20  // bodies up to this size come in one piece
	itemBudget  = 16 << 10  // protocol around one message
)

// item is what one FETCH response said of one message. Absent values are zero;
// part is nil when no body section came.
type item struct {
	uid  uint32
	date time.Time
	size int64
	part []byte
}

var errTooLarge = errors.New("the message is larger than the server said")

// The three things that are asked for. The UID always comes along.
var (
	description = imap.FetchOptions{UID: true, Flags: true, InternalDate: true, RFC822Size: true}
	headerPart  = &imap.FetchItemBodySection{
		Specifier: imap.PartSpecifierHeader, Peek: true, Partial: &imap.SectionPartial{Size: headerLimit},
	}
	wholePart = &imap.FetchItemBodySection{Peek: true}
)

func slicePart(offset int64) *imap.FetchItemBodySection {
	return &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Offset: offset, Size: sliceSize}}
}

// describe asks for UID, size and internal date.
func (c *client) describe(ctx context.Context, set imap.NumSet, n int) ([]item, error) {
	opts := description
	return c.fetch(ctx, "fetch descriptions", set, &opts, 0, int64(n)*itemBudget)
}

// arrived asks for the internal date alone; zero if the server does not say.
func (c *client) arrived(ctx context.Context, uid uint32) (time.Time, error) {
	got, err := c.fetch(ctx, "fetch date", uidSet(uid), &imap.FetchOptions{UID: true, InternalDate: true}, 0, itemBudget)
	if i := indexUID(got, uid); i >= 0 {
		return got[i].date, nil
	}
	return time.Time{}, err
}

// headers asks for header blocks, at most headerLimit of each.
func (c *client) headers(ctx context.Context, set imap.NumSet, n int) ([]item, error) {
	return c.fetch(ctx, "fetch headers", set, bodyOf(headerPart), headerLimit, int64(n)*(itemBudget+headerLimit))
}

// bodies asks for whole messages that together have total bytes.
func (c *client) bodies(ctx context.Context, set imap.NumSet, n int, total, limit int64) ([]item, error) {
	return c.fetch(ctx, "fetch bodies", set, bodyOf(wholePart), limit, int64(n)*itemBudget+total+total/4)
}

func bodyOf(part *imap.FetchItemBodySection) *imap.FetchOptions {
	return &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{part}}
}

// sliced reads one message piece by piece; a short piece ends it once it has
// the size the server spoke of (0: none), an empty one in any case. It returns
// errTooLarge above limit.
func (c *client) sliced(ctx context.Context, uid uint32, set imap.NumSet, size, limit int64) ([]byte, error) {
	// Room for all of it at once, or growing would hold two copies; where the
	// size is a lie this costs addresses, not memory.
	whole := make([]byte, 0, min(size, limit))
	for {
		got, err := c.fetch(ctx, "fetch slice", set, bodyOf(slicePart(int64(len(whole)))), sliceSize, itemBudget+sliceSize)
		if err != nil {
			return nil, err
		}
		i := indexUID(got, uid)
		if i < 0 || got[i].part == nil {
			return nil, errNotReturned
		}
		whole = append(whole, got[i].part...)
		if int64(len(whole)) > limit {
			return nil, errTooLarge
		}
		n := len(got[i].part)
		if n == 0 || n < sliceSize && int64(len(whole)) >= size {
			return whole, nil
		}
	}
}

// fetch runs one FETCH to its end. Nothing of it counts unless all of it
// arrived: a cut connection makes a literal look complete, and only closing
// the command tells.
func (c *client) fetch(ctx context.Context, what string, set imap.NumSet, opts *imap.FetchOptions, limit, budget int64) ([]item, error) {
	var items []item
	err := c.step(ctx, what, commandBudget+budget, func() error {
		cmd := c.imap.Fetch(set, opts)
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			it, err := c.readItem(msg, limit)
			if err != nil {
				// Not cmd.Close: it would read the broken literal once more,
				// beside the library's own reader.
				c.wire.abort(err)
				return err
			}
			items = append(items, it)
		}
		return cmd.Close()
	})
	if err != nil {
		return nil, err
	}
	return items, nil
}

func (c *client) readItem(msg *imapclient.FetchMessageData, limit int64) (item, error) {
	var it item
	for data := msg.Next(); data != nil; data = msg.Next() {
		switch data := data.(type) {
		case imapclient.FetchItemDataUID:
			it.uid = uint32(data.UID)
		case imapclient.FetchItemDataInternalDate:
			it.date = data.Time
		case imapclient.FetchItemDataRFC822Size:
			it.size = data.Size
		case imapclient.FetchItemDataBodySection:
			if data.Literal == nil {
				continue
			}
			part, err := c.readLiteral(data.Literal, limit)
			if err != nil {
				return it, err
			}
			it.part = part
		}
	}
	return it, nil
}

// readLiteral reads a literal whole, or gives up the connection. It reads no
// further than the first error, see fetch.
func (c *client) readLiteral(lit imap.LiteralReader, limit int64) ([]byte, error) {
	size := lit.Size()
	if size > limit {
		c.wire.abort(errTooLarge)
		io.Copy(io.Discard, lit) // sets the library's reader free
		return nil, errTooLarge
	}
	// A size costs the server nothing; memory follows the bytes. Without room
	// to look for more the buffer would double at the last of them.
	buf := bytes.NewBuffer(make([]byte, 0, min(size, 1<<20)+bytes.MinRead))
	n, err := io.Copy(buf, io.LimitReader(lit, size))
	if err != nil {
		return nil, err
	}
	if n != size {
		return nil, fmt.Errorf("%d of %d bytes: %w", n, size, io.ErrUnexpectedEOF)
	}
	return buf.Bytes(), nil
}

func indexUID(items []item, uid uint32) int {
	for i := range items {
		if items[i].uid == uid {
			return i
		}
	}
	return -1
}

// headerHash is the SHA-256 of a message's header block with its empty line,
// of its first headerLimit bytes at most, so that it is the same whether the
// header or the whole message was fetched.
func headerHash(raw []byte) []byte {
	if i := bytes.Index(raw, []byte("\r\n\r\n")); i >= 0 {
		raw = raw[:i+4]
	}
	sum := sha256.Sum256(raw[:min(len(raw), headerLimit)])
	return sum[:]
}

func uidSet(uids ...uint32) imap.UIDSet {
	var set imap.UIDSet
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	return set
}
