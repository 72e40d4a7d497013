package main

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a password that shows itself only to who asks for it by name.
// The text is behind a pointer, so that not even the reflection of fmt over
// unexported fields reaches it.
type Secret struct{ text *string }

const maskedSecret = "•••"

// NewSecret keeps s.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal gives the text; it is empty for the zero Secret.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String, GoString, Format, MarshalText and LogValue are all the ways in which
// a value gets printed. Format is there for the verbs that pass the others by.
func (Secret) String() string               { return maskedSecret }
func (Secret) GoString() string             { return maskedSecret }
func (Secret) MarshalText() ([]byte, error) { return []byte(maskedSecret), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(maskedSecret) }
func (Secret) Format(w fmt.State, _ rune)   { _, _ = io.WriteString(w, maskedSecret) }

// UnmarshalText takes the secret from the file or the environment.
func (s *Secret) UnmarshalText(b []byte) error {
	*s = NewSecret(string(b))
	return nil
}
