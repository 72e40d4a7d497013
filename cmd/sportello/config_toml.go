package main

import (
	"encoding"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// readTOML decodes into a plain map first and fills the configuration by hand:
// the library's own decoding stops at the first value of the wrong type, and
// an operator wants to hear of all of them. It tells whether text is TOML.
func (l *configLoader) readTOML(text string, c *Config) bool {
	raw := map[string]any{}
	if _, err := toml.Decode(text, &raw); err != nil {
		key, advice := syntaxFault(text, err)
		l.faults.add(key, "%s", advice)
		return false
	}
	l.fillTable("", reflect.ValueOf(c).Elem(), raw)
	return true
}

// syntaxFault gives the place of a syntax error and what belongs there. The
// library's own words are English and could quote a secret: `password =
// hunter2` without quotes is the most likely of all slips.
func syntaxFault(text string, err error) (key, advice string) {
	var pe toml.ParseError
	if !errors.As(err, &pe) {
		return "file", "non è TOML; attese chiavi e valori come in deploy/sportello.toml"
	}
	key = fmt.Sprintf("riga %d", pe.Position.Line)
	line := ""
	if lines := strings.Split(text, "\n"); pe.Position.Line >= 1 && pe.Position.Line <= len(lines) {
		line = lines[pe.Position.Line-1]
	}
	for _, secret := range []string{"password", "client_secret"} {
		if strings.Contains(line, secret) || strings.Contains(pe.LastKey, secret) {
			return key, fmt.Sprintf(`non è TOML; atteso un testo fra virgolette, come %s = "…"`, secret)
		}
	}
	if strings.Contains(pe.Message, "already been defined") {
		return key, fmt.Sprintf("la chiave %s è ripetuta; attesa una volta sola", quoteShort(pe.LastKey))
	}
	return key, "non è TOML; attesa una riga chiave = valore, con i testi fra virgolette"
}

// fillTable sets the fields of the struct v from raw. prefix is empty or ends
// in a dot.
func (l *configLoader) fillTable(prefix string, v reflect.Value, raw map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		key := prefix + name
		field, ok := fieldFor(v, name)
		if !ok {
			l.faults.add(key, "chiave sconosciuta; attesa una fra %s", strings.Join(fieldNames(v), ", "))
			continue
		}
		if boxes, ok := field.Addr().Interface().(*[]MailboxConfig); ok {
			l.fillMailboxes(key, boxes, raw[name])
		} else if isTable(field.Type()) {
			table, ok := raw[name].(map[string]any)
			if !ok {
				l.faults.add(key, "attesa una sezione, come [%s]", key)
				continue
			}
			l.fillTable(key+".", field, table)
		} else if err := assign(field, raw[name]); err != nil {
			l.faults.add(key, "%s", err)
		}
	}
}

func (l *configLoader) fillMailboxes(key string, boxes *[]MailboxConfig, raw any) {
	tables, ok := raw.([]map[string]any)
	if !ok {
		l.faults.add(key, "attesa una o più sezioni, ciascuna intitolata [[%s]]", key)
		return
	}
	for i, table := range tables {
		*boxes = append(*boxes, defaultMailbox())
		l.fillTable(fmt.Sprintf("%s[%d].", key, i+1), reflect.ValueOf(&(*boxes)[i]).Elem(), table)
	}
}

// isTable tells the sections from the values that are structs only inside.
func isTable(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// fieldFor finds the field of the struct v that the key name belongs to.
func fieldFor(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("toml"); tag == name && tag != "-" {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func fieldNames(v reflect.Value) []string {
	var names []string
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("toml"); tag != "-" {
			names = append(names, tag)
		}
	}
	return names
}

// assign sets field to raw, a value as the TOML library decodes it. The error
// says what is expected and never repeats a value that could be a secret.
func assign(field reflect.Value, raw any) error {
	switch p := field.Addr().Interface().(type) {
	case *string:
		s, ok := raw.(string)
		if !ok {
			return errors.New("atteso un testo fra virgolette")
		}
		*p = s
	case *int:
		n, ok := raw.(int64)
		if !ok || int64(int(n)) != n {
			return errors.New("atteso un numero intero senza virgolette")
		}
		*p = int(n)
	case *bool:
		b, ok := raw.(bool)
		if !ok {
			return errors.New("atteso true o false senza virgolette")
		}
		*p = b
	case *[]string:
		list, ok := stringList(raw)
		if !ok {
			return errors.New(`atteso un elenco di testi, come ["10.0.0.1"]`)
		}
		*p = list
	case encoding.TextUnmarshaler:
		if day, ok := raw.(time.Time); ok { // start = 2026-01-01 is a date of TOML's own
			raw = strings.TrimSuffix(day.Format("2006-01-02T15:04:05"), "T00:00:00")
		}
		s, ok := raw.(string)
		if !ok {
			return errors.New("atteso un testo fra virgolette")
		}
		return p.UnmarshalText([]byte(s))
	default:
		panic("configuration: no rule for a field of type " + field.Type().String())
	}
	return nil
}

func stringList(raw any) ([]string, bool) {
	items, ok := raw.([]any)
	if !ok {
		return nil, false
	}
	list := make([]string, len(items))
	for i, item := range items {
		if list[i], ok = item.(string); !ok {
			return nil, false
		}
	}
	return list, true
}
