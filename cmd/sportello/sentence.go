package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"regexp"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"sportello/helpdesk"
)

// sentence is what a person reads about an error: the domain's own words where
// there are any, and Italian ones for what the system says in English.
func sentence(err error) string {
	var config *ConfigError
	if errors.As(err, &config) {
		return config.Error() // a line for each fault
	}
	return inLine(words(err))
}

func words(err error) string {
	var refusal *helpdesk.Error
	var file *fs.PathError
	var network *net.OpError
	switch {
	case errors.As(err, &refusal):
		return refusal.Message
	case errors.Is(err, context.Canceled):
		return "interrotto"
	case errors.As(err, &file):
		return file.Path + ": " + fileCause(file)
	case errors.As(err, &network) && network.Op == "listen" && network.Addr != nil:
		why := network.Err.Error()
		if errors.Is(err, syscall.EADDRINUSE) {
			why = "è già usato da un altro programma"
		} else if errors.Is(err, fs.ErrPermission) {
			why = "mancano i permessi"
		}
		return fmt.Sprintf("non si può ascoltare su %s (web.listen): %s", network.Addr, why)
	}
	return err.Error()
}

// inLine makes a sentence of a page go on after «sportello: », and end.
func inLine(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsLower(next) || next == '\'' || next == ' ' {
		s = string(unicode.ToLower(first)) + s[n:]
	}
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// explain shows how a command is used. The flags are listed here because
// package flag does it half in English.
func (f *flagSet) explain(args string) {
	out := f.env.stdout
	fmt.Fprintln(out, strings.TrimSpace(fmt.Sprintf("Uso: sportello %s [opzioni] %s", f.Name(), args)))
	f.VisitAll(func(v *flag.Flag) {
		name, usual := "-"+v.Name, v.DefValue
		if b, ok := v.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
			usual = ""
		} else {
			name += " VALORE"
		}
		if usual != "" && usual != "0" {
			usual = " (se manca: " + usual + ")"
		} else {
			usual = ""
		}
		fmt.Fprintf(out, "  %-24s %s%s\n", name, v.Usage, usual)
	})
}

var wrongFlag = regexp.MustCompile(`^invalid (?:boolean )?value "(.*)" for (?:flag )?(-[a-z-]+): `)

// italianFlagError rewrites the few sentences of package flag.
func italianFlagError(err error) string {
	text := err.Error()
	for from, to := range map[string]string{
		"flag provided but not defined: ": "opzione sconosciuta: ",
		"flag needs an argument: ":        "manca il valore dell'opzione ",
	} {
		if rest, ok := strings.CutPrefix(text, from); ok {
			return to + rest
		}
	}
	if m := wrongFlag.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("«%s» non è un valore valido per l'opzione %s", m[1], m[2])
	}
	return "opzione non valida: " + text
}
