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
//   - the processed folder has a box of its own in the ledger: one row marks how
//     far the database knows it, and after a restore what lies above is taken in;
//   - mail that Start leaves out is skipped on every way to the ledger;
//   - a message is handed on only if it is whole: the literal complete, the
//     fetch closed without error, the UID the one asked for;
//   - every step towards a server has its own deadline, the question for an
//     access token too; the token server's words are never passed on, they may
//     repeat a secret;
//   - how an attempt to send ended is kept in mind until it is recorded; what is
//     then still marked sending is called unknown;
//   - what is to be copied to the sent folder is asked of the outbox, and a copy
//     is made only where no message with its Message-ID lies;
//   - a mail is called unknown, never retried, once its last byte may have
//     been read by the other side.
//
// Goroutines: one per Poller and one per Sender, started by their Run; one
// goroutine owns one connection. Reader and Composer are pure.
package mailbox
