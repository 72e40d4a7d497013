package helpdesk

import (
	"slices"
	"sync"
)

// handoverLimit bounds the bytes that wait to be handed over.
const handoverLimit = 4 << 20

// handover passes the bytes of messages just kept to intake, which otherwise
// reads them from the store again. It is no more than a short cut: what does
// not fit, or was kept before this process began, is read there.
type handover struct {
	mu    sync.Mutex
	list  []keptBytes
	bytes int
}

type keptBytes struct {
	rawID int64
	data  []byte
}

// put is called after the commit: before it the id may yet go to other bytes.
func (h *handover) put(k keptBytes) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if k.rawID != 0 && h.bytes+len(k.data) <= handoverLimit {
		h.list, h.bytes = append(h.list, k), h.bytes+len(k.data)
	}
}

// take returns a message's bytes, nil if it has none. Messages are taken in by
// the order in which they were kept: what lies before this one was taken in
// already, and is let go.
func (h *handover) take(rawID int64) (data []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = slices.DeleteFunc(h.list, func(k keptBytes) bool {
		if k.rawID > rawID {
			return false
		}
		if k.rawID == rawID {
			data = k.data
		}
		h.bytes -= len(k.data)
		return true
	})
	return data
}
