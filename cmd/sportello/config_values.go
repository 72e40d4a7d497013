package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The types of this file read themselves from text. Their errors say what is
// expected, for they are shown to the operator as they are.

// Duration is a span of time written as "90s", "5m" or "1h30m".
type Duration time.Duration

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf(`%s: attesa una durata con la sua unità, come "60s" o "5m"`, quoteShort(string(b)))
	}
	*d = Duration(v)
	return nil
}

func (d Duration) String() string { return time.Duration(d).String() }

// Size is a number of bytes written as "50MB" (decimal) or "64MiB" (binary).
type Size int64

var sizeUnits = []struct {
	suffix string
	bytes  int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
	{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9},
}

// UnmarshalText reads a whole number and its unit, with or without a space.
func (s *Size) UnmarshalText(b []byte) error {
	text := strings.TrimSpace(string(b))
	for _, u := range sizeUnits {
		digits, ok := strings.CutSuffix(text, u.suffix)
		if !ok {
			continue
		}
		// 32 bits of a number times a unit of 30 bits stay within an int64.
		n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 32)
		if err != nil {
			break
		}
		*s = Size(int64(n) * u.bytes)
		return nil
	}
	return fmt.Errorf(`%s: attesa una dimensione con la sua unità, come "50MB" o "64MiB"`, quoteShort(string(b)))
}

// The values of Start.Mode.
const (
	StartNow  = "now"
	StartAll  = "all"
	StartDate = "date"
)

// Start says what of an already full folder is taken in at the first start.
type Start struct {
	Mode             string // StartNow, StartAll or StartDate
	Year, Month, Day int    // for StartDate
}

// UnmarshalText reads now, all or a date such as 2026-01-01.
func (s *Start) UnmarshalText(b []byte) error {
	switch text := string(b); text {
	case StartNow, StartAll:
		*s = Start{Mode: text}
		return nil
	default:
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return fmt.Errorf(`%s: atteso "now", "all" oppure una data come "2026-01-01"`, quoteShort(text))
		}
		*s = Start{StartDate, d.Year(), int(d.Month()), d.Day()}
		return nil
	}
}

// Since gives the first instant of the date in loc; ok is false for now and all.
func (s Start) Since(loc *time.Location) (t time.Time, ok bool) {
	if s.Mode != StartDate {
		return time.Time{}, false
	}
	return time.Date(s.Year, time.Month(s.Month), s.Day, 0, 0, 0, 0, loc), true
}

// Kind tells ordinary mail from certified mail.
type Kind string

// The kinds of mailbox.
const (
	KindOrdinary Kind = "ordinaria"
	KindPEC      Kind = "pec"
)

// UnmarshalText accepts the kinds above.
func (k *Kind) UnmarshalText(b []byte) error { return choose(k, b, KindOrdinary, KindPEC) }

// TLSMode says how a connection is protected.
type TLSMode string

// The protections; none is accepted only towards loopback.
const (
	TLSImplicit TLSMode = "tls"
	TLSStart    TLSMode = "starttls"
	TLSNone     TLSMode = "none"
)

// UnmarshalText accepts the modes above.
func (m *TLSMode) UnmarshalText(b []byte) error { return choose(m, b, TLSImplicit, TLSStart, TLSNone) }

// AuthMode says how a mail server is told who we are.
type AuthMode string

// The ways to log in.
const (
	AuthPassword AuthMode = "password"
	AuthXOAuth2  AuthMode = "xoauth2" // with access tokens, see OAuth2Config
)

// UnmarshalText accepts the modes above.
func (m *AuthMode) UnmarshalText(b []byte) error { return choose(m, b, AuthPassword, AuthXOAuth2) }

// choose sets v to the one of allowed that b spells.
func choose[T ~string](v *T, b []byte, allowed ...T) error {
	if !slices.Contains(allowed, T(b)) {
		quoted := make([]string, len(allowed))
		for i, a := range allowed {
			quoted[i] = strconv.Quote(string(a))
		}
		return fmt.Errorf("%s: atteso %s", quoteShort(string(b)), strings.Join(quoted, " o "))
	}
	*v = T(b)
	return nil
}
