// Package quote tells what is new in a message from what it quotes. What is
// quoted is folded by the page, never deleted: New and Quoted together are
// everything that was there.
//
// The rules are cautious: text is called quoted only where everything below
// the mark is history. An answer written between or below quoted lines stays,
// and a message that would be left empty (a mere forward) is left whole.
//
// The package is pure; its work is linear in the size of the text.
package quote
