// Package sheet reads and writes tables of spreadsheet programs.
//
// What strangers wrote must reach a spreadsheet as text: a cell that a program
// would read as a formula gets an apostrophe in front, so the files are for
// people; a machine that wants the values untouched takes another format.
//
// Tables that offices publish are read as they come (domain.md §6): any
// separator and encoding, columns by name, rows that are no rows told apart
// from the rest. Reading streams; a file of any size takes a bounded memory.
//
// A reader or writer belongs to one goroutine.
package sheet
