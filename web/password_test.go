package web

import (
	"context"
	"errors"
	"strings"
	"testing"

	"sportello/helpdesk"
)

func TestPassword(t *testing.T) {
	phc := HashPassword("cavallo batteria graffetta")
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("PHC string %s", phc)
	}
	if again := HashPassword("cavallo batteria graffetta"); again == phc {
		t.Fatal("two hashes share their salt")
	}
	h := newHasher()
	for _, row := range []struct {
		name, phc, password string
		ok                  bool
	}{
		{"right", phc, "cavallo batteria graffetta", true},
		{"wrong", phc, "cavallo batteria", false},
		{"empty", phc, "", false},
		{"the hash itself (S-57)", phc, phc, false},
		{"nobody", "", "cavallo batteria graffetta", false},
		{"no PHC string", "plain", "plain", false},
		{"another algorithm", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA", "x", false},
		{"a cost beyond sense", "$argon2id$v=19$m=4294967295,t=2,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA", "x", false},
		{"an empty key", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$", "x", false},
	} {
		ok, err := h.verify(row.phc, row.password)
		if ok != row.ok || err != nil {
			t.Errorf("%s: %v %v, want %v", row.name, ok, err, row.ok)
		}
	}
}

func TestHasherTakesTurns(t *testing.T) {
	h := newHasher()
	for range hashesAtOnce {
		if err := h.take(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range hashesWaiting {
		h.waiting <- struct{}{}
	}
	if err := h.take(t.Context()); helpdesk.ErrorCode(err) != helpdesk.Busy {
		t.Errorf("one more than may wait: %v", err)
	}
	for range hashesWaiting {
		<-h.waiting
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(gone, "x"); !errors.Is(err, context.Canceled) {
		t.Fatalf("a third hash did not wait: %v", err)
	}
}

func FuzzVerifyPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, phc string) {
		if strings.Contains(phc, "m=") && len(phc) > 40 {
			t.Skip("would spend its time hashing")
		}
		if ok, err := verifyPHC(phc, "x"); ok && err != nil {
			t.Fatal(ok, err)
		}
	})
}

func TestNewPassword(t *testing.T) {
	for password, good := range map[string]bool{
		"": false, "undici char": false, "dodici chars": true, "perché sì ùù": true,
		strings.Repeat("x", MaxPassword): true, strings.Repeat("x", MaxPassword+1): false,
	} {
		if got := CheckNewPassword(password) == ""; got != good {
			t.Errorf("%q: %v", password, got)
		}
	}
}
