// Package store keeps everything the desk knows in one SQLite file.
//
// Purpose. It implements [helpdesk.Store] (one write transaction or one
// snapshot at a time) and the reads of pages, which return exactly what a page
// shows. SQL stands beside the code that scans it; the schema stands in
// migrations. Nothing here decides: rules are methods of helpdesk.Desk.
//
// Invariants.
//   - A commit is on the disk when Update returns (WAL, synchronous=FULL).
//   - Bytes are stored once per content (blob, in chunks of 256 KiB) and every
//     text is valid UTF-8 without NUL before it gets here.
//   - Times are unix milliseconds UTC; a missing time or id is NULL in the
//     file and the zero value in Go.
//   - Lists come from indexes that are named in Go, never from a plan that
//     statistics could change; every list has a bound on what it scans.
//   - Text filters come from full text; what a person typed is quoted, so no
//     input is a syntax error or an operator.
//   - Look-ups of one thing answer helpdesk.ErrNone, taken keys
//     helpdesk.ErrExists, a file that cannot be written a *helpdesk.Error with
//     code Busy and a sentence for people.
//
// Connections. One connection writes and begins IMMEDIATE, so that a second
// process (a command beside a running serve) queues instead of failing; four
// read with mode=ro and query_only, each on its own snapshot. Each connection
// keeps its prepared statements. They are plain *sql.Conn with BEGIN and
// COMMIT sent by hand: a statement prepared on a sql.DB of one connection
// would wait for the very transaction that prepares it. Nothing that matters
// is cached across transactions: other processes write too.
//
// Goroutines. The package starts none, but for the progress of Backup while
// it runs. A Store may be used by any number of goroutines: writers queue for
// the one write connection, readers for one of four. An Update called inside
// an Update of the same goroutine is an error; a View inside an Update sees
// the state before it.
package store
