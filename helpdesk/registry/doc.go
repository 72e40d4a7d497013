// Package registry knows the municipalities of Italy and recognises which body
// writes, by its address and by what it says of itself.
//
// Purpose. [Shipped] is the list that comes with the program: codes, names and
// provinces, nothing else (SOURCES.md says where it is from). [Recognise] holds
// the rules of who writes; it asks a [Source], which is the shipped list for a
// trial or the desk's own database, so that both answer by the same rules.
//
// Invariants.
//   - Rather no answer than a wrong one: an address names a body only if
//     exactly one fits, a shared domain names none, a homonym without its
//     province none, and the shorter of two names is never read into the longer.
//   - What an address says is sure; what a text says is a proposal.
//   - Names are compared folded (Fold, Key): without case, accents,
//     apostrophes, hyphens.
//
// The package does no I/O and is safe for concurrent use.
package registry
