// Package pnrr knows the measures of the Italian recovery plan and how they
// are written, and the identifiers that go with them: CUP, CIG, CLP and fiscal
// codes. It answers what stands in a text and where; what follows from it is
// for others to decide.
//
// A measure has three official codes: its ID (M5C2I2.1, what municipalities
// write), the code with padded digits (M5C2I2.01.00, that of ReGiS and of the
// open data) and that of the EU's decision, the CID (M5C2I4). Milestones and
// targets (M1C3-16) are a fourth name space. Everywhere in this program the ID
// stands for the measure.
//
// Invariants:
//
//   - a bare number («misura 1.4.3») is never taken for a code: «1.1» is a
//     measure of seventeen components;
//   - work is linear in the text's length, the number of finds is bounded, and
//     every find has the byte offsets of what was written;
//   - an all-digit CIG counts only where the text speaks of a CIG: ten digits
//     are a telephone number, too.
//
// A Catalogue does not change once made, and everything here is safe for
// concurrent use; the package starts no goroutine.
package pnrr
