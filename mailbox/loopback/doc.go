// Package loopback holds mail servers that live inside the process: an IMAP
// store, an SMTP sink and a server that speaks any bytes it is told to. The
// demo runs on the first two, the tests of mailbox and of the whole program on
// all three.
//
// The IMAP server keeps messages in memory and serves exactly the bytes it was
// given. That is why it does not build on imapmemserver: that one parses the
// header again before serving it (a message with a broken header arrives
// empty), does not refuse changes in a folder opened read-only, and cannot
// change a UIDVALIDITY.
//
// Every server accepts on any net.Listener: Listen for loopback TCP, Pipe for
// connections in memory, which testing/synctest can see through.
//
// Goroutines: one per listener and one per connection, all gone when Close
// returns or soon after. Every method may be called from any goroutine.
package loopback
