// Package crash names the moments at which the kill tests end the process.
// Built with the tag "crash", At kills the process with SIGKILL at the moment
// that SPORTELLO_CRASH asks for («name» or «name:3» for the third time) and
// notes every moment passed in the file SPORTELLO_CRASH_LOG; in an ordinary
// build it is nothing.
package crash

// Points lists every moment, in the order in which a message passes them.
var Points = []string{
	"fetched",       // a message is in memory, nothing is kept
	"keep-begun",    // the transaction that keeps it has written its bytes
	"kept",          // it is durable, intake not yet woken
	"claimed",       // its attempt is counted, it is not read
	"read",          // it is read, nothing is filed
	"receive-begun", // the ticket is written, the transaction open
	"received",      // filed and committed, nobody told
	"reply-begun",   // a reply is written, the transaction open
	"replied",       // the reply is queued, the sender not woken
	"sending",       // sending is committed, the mark not yet raised
	"sending-mark",  // the mark is raised, DATA not begun
	"data-done",     // the server said 250, nothing is recorded
	"finish-begun",  // sent is written, the transaction open
	"finished",      // sent is committed
}
