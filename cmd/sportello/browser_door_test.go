package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// openFrozenDoor shows what a seeded demo sent to the municipalities, under a
// clock that stands still.
func openFrozenDoor(t *testing.T, dir string, at time.Time) *door {
	t.Helper()
	post, err := openDemoPost(filepath.Join(dir, "posta"), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	d, err := openDoor(post, "127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(errors.Join(err, post.close()))
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, post.close()); err != nil {
			t.Error(err)
		}
	})
	return d
}

// sendsEmpty presses the button of a form past the browser's own checks.
const sendsEmpty = `{ const form = document.querySelector("form"); form.noValidate = true; form.requestSubmit() }`

// doorViews are the pages of «La casella dei Comuni».
func (f *frozenDesk) doorViews() []view {
	f.t.Helper()
	list, _ := f.door.post.received(0, 10_000)
	find := func(what string, is func(demoSent) bool) string {
		i := slices.IndexFunc(list, is)
		if i < 0 {
			f.t.Fatalf("the municipalities received no %s", what)
		}
		return fmt.Sprintf("%s/messaggi/%d", f.door.url(), list[i].ID)
	}
	reply := find("reply", func(m demoSent) bool { return !m.Automatic })
	home := f.door.url() + "/"
	return []view{
		{name: "comuni", path: home},
		{name: "comuni-spedito", path: home + "?inviato"},
		{name: "comuni-messaggio", path: reply},
		{name: "comuni-rispondi", path: reply + "/rispondi"},
		{name: "comuni-rispondi-errore", path: reply + "/rispondi", do: sendsEmpty, then: "[role=alert]", loud: true},
		{name: "comuni-scrivi", path: home + "scrivi"},
		{name: "comuni-scrivi-errore", path: home + "scrivi", do: sendsEmpty, then: "[role=alert]", loud: true},
		{name: "comuni-errore-404", path: home + "niente", loud: true},
	}
}
