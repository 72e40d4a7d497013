// Command generate makes the checked-in folder web/static out of web/vendor, web/src and web/templates.
//
// It lives in a module of its own so that the bundler and the compressor stay out of the program's
// dependencies: building Sportello needs only what is already in web/static. Run it with
// "go generate ./web" after any change to those three folders; a test of package web fails otherwise.
//
// Every output is a pure function of the inputs: same files in, same bytes out.
package main
