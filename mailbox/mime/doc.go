// Package mime reads the bytes of any RFC 5322 message into a structure: header, addresses, parts,
// the body to show, the attachments.
//
// It is tolerant because people's mail is: whatever the bytes are, Read returns a *Message, and what
// was wrong with them stands in Message.Problems. Nothing is rejected; parts beyond a limit are kept as
// one opaque attachment, and what a limit cuts from a header is noted. Only the text around the parts of
// a multipart is passed over (RFC 2046, 5.1.1). The caller keeps the raw message.
//
// What holds other files is opened, and stays beside them: winmail.dat (MS-OXTNEF), documents and
// messages signed with a certificate (RFC 5652, 8551). A signature is read for its names and not
// verified; what is encrypted stays closed.
//
// Always true of what comes back: every string is valid UTF-8 without control characters (body texts
// keep newline and tab); addresses, fields, parts and depth are within the limits of limits.go; an
// attachment has a file name without a path.
//
// The package is pure: no I/O, no clock, no goroutine, no state outside the values it returns. Work is
// linear in the size of the input, by construction and not by a stopwatch. Body slices point into the
// bytes given to Read, which must not be changed afterwards. A Message may be read by several
// goroutines at once.
package mime
