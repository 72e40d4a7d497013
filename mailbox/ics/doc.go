// Package ics reads what calendar programs send by mail: invitations and the
// answers to them (RFC 5545, iTIP RFC 5546).
//
// The reader is our own because Outlook's files are not what the standard
// says: zones by Windows names, lines without a colon, tabs for folds. Always
// true of what comes back: every string is valid UTF-8 without control
// characters but the newline in a comment; what cannot be read is left empty.
//
// The package is pure: no I/O but the look-up of a zone in the system's
// database, no clock, no goroutine. Its work is linear in the size of the input
// and bounded by the limits of read.go.
package ics
