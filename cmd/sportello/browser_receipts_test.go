package main

import (
	"context"

	"sportello/helpdesk"
	"sportello/mailbox"
)

// receipts answers a certified question, and takes in what its provider says of
// the answer: taken, delivered, and then not delivered after all.
func (f *frozenDesk) receipts(key string) {
	f.t.Helper()
	f.answer(key, helpdesk.Delivery{Result: helpdesk.Delivered})
	o, sent, err := f.seeder.outgoing(f.t.Context(), "prova-"+key)
	if err != nil {
		f.t.Fatal(err)
	}
	at := frozenAt(f.t)
	acceptance, delivery, err := pecReceipts(sent, o.Recipients[0], at)
	if err != nil {
		f.t.Fatal(err)
	}
	failure, err := pecFailure(sent, o.Recipients[0], "5.2.2 - casella piena", at)
	if err != nil {
		f.t.Fatal(err)
	}
	box := f.seeder.boxes[demoPECBox]
	v, err := f.desk.OpenBox(f.t.Context(), box.ID, demoArchive, 1, 1)
	if err != nil {
		f.t.Fatal(err)
	}
	for i, data := range [][]byte{acceptance, delivery, failure} {
		raw := helpdesk.NewBlob(data)
		err := f.desk.Keep(f.t.Context(), helpdesk.Arrival{
			BoxID: v.Box.ID, MailboxID: box.ID, UIDValidity: 1, UID: uint32(900_001 + i), InternalDate: at,
			Size: int64(len(data)), Raw: raw, HeaderHash: raw.SHA256[:],
		})
		if err != nil {
			f.t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(f.t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- f.desk.RunIntake(ctx, mailbox.Reader{}) }()
	n, _ := f.ticket(key)
	eventually(f.t, "the receipts stand on the answer", func() bool {
		v, err := f.store.Ticket(ctx, n, 0)
		for _, m := range v.Messages {
			if err == nil && len(m.Reports) == 3 {
				return true
			}
		}
		return false
	})
	cancel()
	if err := <-ended; err != nil {
		f.t.Fatal(err)
	}
}
