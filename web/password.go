package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"sportello/helpdesk"
)

// The cost of a password (architecture.md, «Web»). Two at most are hashed at
// once: each takes 19 MiB, and a flood of log-ins must not starve the pages (S-58).
const (
	argonMemory  = 19 << 10 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16
	argonKey     = 32
	hashesAtOnce = 2
	// hashesWaiting is how many may wait for a turn: about a second.
	hashesWaiting = 20
)

// The length of a password in characters. There are no other rules: length is
// what helps (security (c)-4).
const (
	MinPassword = 12
	MaxPassword = 128
)

var b64 = base64.RawStdEncoding

// HashPassword makes a PHC string of a password, for AddUser and ChangeUser.
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// CheckNewPassword returns the Italian sentence that says what is wrong with a
// chosen password, "" if nothing is.
func CheckNewPassword(password string) string {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return fmt.Sprintf("La password deve avere almeno %d caratteri.", MinPassword)
	case n > MaxPassword:
		return fmt.Sprintf("La password può avere al massimo %d caratteri.", MaxPassword)
	}
	return ""
}

// hasher limits how many passwords are hashed at once.
type hasher struct {
	slots   chan struct{}
	waiting chan struct{}
	dummy   string // hash of nobody's password, for e-mails that nobody has (S-51)
	check   func(phc, password string) (bool, error)
}

func newHasher() *hasher {
	return &hasher{slots: make(chan struct{}, hashesAtOnce), waiting: make(chan struct{}, hashesWaiting), dummy: HashPassword(rand.Text()), check: verifyPHC}
}

// verify reports whether password belongs to the PHC string phc. What is none,
// or "" for a user who does not exist, takes as long. The caller has taken a
// turn.
func (h *hasher) verify(phc, password string) (bool, error) {
	ok, err := h.check(phc, password)
	if errors.Is(err, errPHC) {
		_, err = h.check(h.dummy, password)
		return false, err
	}
	return ok, err
}

// hash makes the PHC string of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.take(ctx); err != nil {
		return "", err
	}
	defer h.release()
	return HashPassword(password), nil
}

// errCrowded refuses rather than have people wait for the end of a flood.
var errCrowded = &helpdesk.Error{Code: helpdesk.Busy, Message: "Ci sono troppi accessi in corso. Riprova fra qualche secondo."}

// take waits for a turn to hash.
func (h *hasher) take(ctx context.Context) error {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return errCrowded
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}

func (h *hasher) release() { <-h.slots }

var errPHC = errors.New("no argon2id string")

// verifyPHC reads the cost from the string, so that it can be raised later
// without locking anybody out; a string beyond sane costs is refused.
func verifyPHC(phc, password string) (bool, error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, errPHC
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errPHC
	}
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return false, errPHC
	}
	if memory == 0 || memory > 1<<20 || passes == 0 || passes > 16 || threads == 0 || threads > 16 {
		return false, errPHC
	}
	salt, err := b64.DecodeString(parts[4])
	if err != nil {
		return false, errPHC
	}
	want, err := b64.DecodeString(parts[5])
	if err != nil || len(want) < 16 || len(want) > 64 {
		return false, errPHC
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
