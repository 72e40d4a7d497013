// Package quote tells what is new in a message from what it carries along:
// quoted history, signatures, notices of confidentiality, stamps of a
// protocol register. What is carried along is folded by the page, never
// deleted: every line of a body is either in Split.New or in one of its Parts.
//
// The rules are cautious, for a quotation left visible costs a glance and an
// answer folded away costs an answer:
//   - an answer between or below quoted lines stays, and with it what it answers;
//   - a message that would be left empty (a mere forward) is left whole;
//   - a line that only might introduce a quotation does so only where quoted
//     lines follow it.
//
// Text and HTML go through the same rules: HTML is first read as lines, with
// the depth of quotation and what its containers say of each (html.go).
//
// The package is pure; its work is linear in the size of the body.
package quote
