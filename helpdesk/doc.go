// Package helpdesk is the domain of the Sportello: what a ticket is, what may
// happen to it, and every use case that changes something. It knows no SQL,
// HTTP or MIME; what it needs from outside it declares in ports.go, Composer
// and Reader.
//
// Invariants, all kept here and nowhere else:
//
//   - every change is a method of Desk and runs in one Store.Update, together
//     with its Event; waking the loops and telling open pages come after it;
//   - parsing, composing and hashing happen before the transaction;
//   - a raw message is durable before it is looked at, its attempt is counted
//     before it is read;
//   - an intent to send exists once (Outgoing.Key) and is handed to a server
//     at most once without a person's word (Sending, Finish).
//
// Desk is safe for concurrent use. RunIntake is the only goroutine it has, and
// its caller starts it; everything else runs in the caller's goroutine.
package helpdesk
