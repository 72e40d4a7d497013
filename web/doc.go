// Package web serves the desk to its people: pages, forms, downloads and the
// stream of live events. It reads through the small interfaces of ports.go and
// writes through the use cases of helpdesk.Desk; it knows no SQL and no MIME.
//
// Invariants:
//
//   - routes.go is the whole list of addresses; nothing is served that is not in
//     it, and every entry names the action that helpdesk.Can must allow before
//     its handler runs;
//   - GET and HEAD change nothing but the session;
//   - a page is complete in memory before its first byte is written, so that an
//     error never leaves half a page behind;
//   - every answer carries the headers of headers.go, whatever its status;
//   - handlers return errors; error.go alone turns them into status, page and
//     log line. What is logged names no person, address, subject or query.
//
// Goroutines: net/http's own, one for each request. The stream of events lives
// in the goroutine of its request and ends with the session, the user's rights
// or the server.
package web
