package store

import (
	"errors"
	"fmt"
	"testing"

	"sportello/helpdesk"
)

// BenchmarkMoveTicket merges a thread of 5,000 messages, which nobody writes,
// back and forth: what the longest merge takes of a transaction's 50 ms.
func BenchmarkMoveTicket(b *testing.B) {
	d := newDesk(b)
	var from, to helpdesk.Ticket
	d.do(func(tx helpdesk.Tx) error {
		from, to = d.ticket(tx, nil), d.ticket(tx, nil)
		return nil
	})
	for i := range 10 {
		d.do(func(tx helpdesk.Tx) (err error) {
			for n := range 500 {
				m := d.message(tx, from.ID, func(m *helpdesk.Message) { m.MessageID = fmt.Sprintf("%d.%d@comune.example", i, n) })
				err = errors.Join(err, tx.AddThreadRefs(from.ID, []string{m.MessageID}))
			}
			return err
		})
	}
	before := cpuTime()
	for b.Loop() {
		d.do(func(tx helpdesk.Tx) error { return tx.MoveTicket(from.ID, to.ID) })
		from, to = to, from
	}
	b.ReportMetric(float64((cpuTime()-before).Microseconds())/float64(b.N)/1000, "cpu-ms/op")
}
