package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
)

var errNotRegular = errors.New("non è un file normale")

// fileCause says in Italian why a file cannot be read, without its name.
func fileCause(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "non esiste"
	case errors.Is(err, fs.ErrPermission):
		return "mancano i permessi"
	case errors.Is(err, syscall.ENOSPC):
		return "lo spazio su disco è esaurito"
	case errors.Is(err, syscall.EISDIR):
		return "è una cartella"
	}
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// Fault is one thing wrong with the configuration.
type Fault struct {
	Key    string // "mailbox[1].imap.port", or "riga 12" where the text is no TOML
	Env    string // the variable that holds the value; empty when it comes from the file
	Advice string // what is wrong and what is expected; never a secret
}

func (f Fault) String() string {
	if f.Env != "" && f.Env != f.Key {
		return f.Key + " (" + f.Env + "): " + f.Advice
	}
	return f.Key + ": " + f.Advice
}

// ConfigError holds all faults of a configuration at once, so that an operator
// mends them in one go.
type ConfigError struct {
	Source string // the file's name; empty when there was none
	Faults []Fault
}

// Error gives a heading and then one line for each fault.
func (e *ConfigError) Error() string {
	var b strings.Builder
	b.WriteString(e.heading())
	for _, f := range e.Faults {
		b.WriteString("\n  " + f.String())
	}
	return b.String()
}

// heading is Error without the faults.
func (e *ConfigError) heading() string {
	s := "configurazione"
	if e.Source != "" {
		s += " " + e.Source
	}
	if len(e.Faults) == 1 {
		return s + ": 1 errore"
	}
	return fmt.Sprintf("%s: %d errori", s, len(e.Faults))
}

// faultList collects, and keeps only the first for each key: a port that is no
// number need not be told to lie in a range as well.
type faultList struct {
	list []Fault
	seen map[string]bool
	env  map[string]string // key → variable that set it
}

func (f *faultList) add(key, format string, args ...any) {
	if f.seen[key] {
		return
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	f.seen[key] = true
	f.list = append(f.list, Fault{Key: oneLine(key), Env: f.env[key], Advice: oneLine(fmt.Sprintf(format, args...))})
}

// from notes that key's value comes from the variable env.
func (f *faultList) from(key, env string) {
	if f.env == nil {
		f.env = map[string]string{}
	}
	f.env[key] = env
}

// oneLine keeps the promise of one line for each fault whatever a key or a
// file's name contains.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if strconv.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// quoteShort shows a value in a message without letting it fill the screen.
func quoteShort(s string) string {
	const limit = 40
	if r := []rune(s); len(r) > limit {
		s = string(r[:limit]) + "…"
	}
	return strconv.Quote(s)
}
