package main

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

const envPrefix = "SPORTELLO_"

// maxMailboxes bounds the index in a variable's name, so that a slip of the
// finger does not create a million mailboxes.
const maxMailboxes = 50

// readEnv lays the environment over c. A variable that is set counts even when
// it is empty.
func (l *configLoader) readEnv(environ []string, c *Config) {
	vars := ourVariables(environ)
	l.addMailboxes(vars, c)
	l.overlay("", envPrefix, reflect.ValueOf(c).Elem(), vars)
	for i := range c.Mailboxes {
		l.overlay(fmt.Sprintf("mailbox[%d].", i+1), fmt.Sprintf("%sMAILBOX_%d_", envPrefix, i+1),
			reflect.ValueOf(&c.Mailboxes[i]).Elem(), vars)
	}
	// What is left in our own sections is a slip. Other names with our prefix
	// belong to others: Kubernetes, for one, sets SPORTELLO_PORT beside a
	// service called sportello.
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		for _, section := range []string{"WEB_", "MAIL_", "MAILBOX_"} {
			if strings.HasPrefix(name, envPrefix+section) {
				l.faults.add(name, "variabile sconosciuta; atteso il nome di una chiave in maiuscolo, come SPORTELLO_WEB_LISTEN o SPORTELLO_MAILBOX_1_IMAP_HOST")
			}
		}
	}
}

func ourVariables(environ []string) map[string]string {
	vars := map[string]string{}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, envPrefix) {
			vars[name] = value
		}
	}
	return vars
}

// addMailboxes makes room for the highest index that a variable names.
func (l *configLoader) addMailboxes(vars map[string]string, c *Config) {
	highest := 0
	for name := range vars {
		rest, ok := strings.CutPrefix(name, envPrefix+"MAILBOX_")
		if !ok {
			continue
		}
		index, _, _ := strings.Cut(rest, "_")
		if n, err := strconv.Atoi(index); err == nil && n <= maxMailboxes {
			highest = max(highest, n)
		}
	}
	for len(c.Mailboxes) < highest {
		c.Mailboxes = append(c.Mailboxes, defaultMailbox())
	}
}

// overlay sets the values below the struct v for which vars has a variable,
// and takes those variables out of vars.
func (l *configLoader) overlay(prefix, envPrefix string, v reflect.Value, vars map[string]string) {
	for _, secret := range []string{"password", "client_secret"} {
		dropRival(envPrefix, secret, v, vars)
	}
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("toml")
		key, env := prefix+name, envPrefix+strings.ToUpper(name)
		switch field := v.Field(i); {
		case name == "-" || name == "mailbox":
		case isTable(field.Type()):
			l.overlay(key+".", env+"_", field, vars)
		default:
			value, ok := vars[env]
			if !ok {
				continue
			}
			delete(vars, env)
			l.faults.from(key, env)
			if err := assignText(field, value); err != nil {
				l.faults.add(key, "%s", err)
			}
		}
	}
}

// dropRival lets a password from the environment replace a password_file of
// the file, and the reverse: the two are one setting.
func dropRival(envPrefix, secret string, v reflect.Value, vars map[string]string) {
	file, ok := fieldFor(v, secret+"_file")
	if !ok {
		return
	}
	text, _ := fieldFor(v, secret)
	name := envPrefix + strings.ToUpper(secret)
	_, byText := vars[name]
	_, byFile := vars[name+"_FILE"]
	if byText {
		file.SetZero()
	}
	if byFile {
		text.SetZero()
	}
}

// assignText sets field from a variable's value.
func assignText(field reflect.Value, value string) error {
	switch field.Addr().Interface().(type) {
	case *int:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return errors.New("atteso un numero intero")
		}
		return assign(field, n)
	case *bool:
		if value != "true" && value != "false" {
			return errors.New("atteso true o false")
		}
		return assign(field, value == "true")
	case *[]string:
		items := []any{}
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
		return assign(field, items)
	default:
		return assign(field, value)
	}
}
