// Package mailbox is mail in and mail out: the IMAP poller, the reading of
// messages, the composing of answers, the SMTP sender. It knows no SQL and no
// HTTP; what it fetches and sends goes through the small interfaces Keeper and
// Outbox, which *helpdesk.Desk satisfies.
//
// Invariants:
//
//   - the mailbox is opened read-only and never changed, but for the two
//     exceptions that are configuration (processed folder, sent folder), and
//     then only after the commit;
//   - a message is handed on only if it is whole: the literal complete, the
//     fetch closed without error, the UID the one asked for;
//   - every step towards a server has its own deadline;
//   - a mail is called unknown, never retried, once its last byte may have
//     been read by the other side.
//
// Goroutines: one per Poller and one per Sender, started by their Run; one
// goroutine owns one connection. Reader and Composer are pure.
package mailbox
