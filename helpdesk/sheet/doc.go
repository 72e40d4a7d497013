// Package sheet writes tables for spreadsheet programs.
//
// What strangers wrote must reach a spreadsheet as text: a cell that a program
// would read as a formula gets an apostrophe in front, so the files are for
// people; a machine that wants the values untouched takes another format. A
// writer belongs to one goroutine.
package sheet
