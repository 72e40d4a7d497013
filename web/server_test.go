package web

import (
	"context"
	"net"
	"net/http"
	"testing"
)

func TestNewRefusesBadConfiguration(t *testing.T) {
	for _, c := range []Config{{BaseURL: ""}, {BaseURL: "sportello.example"}, {BaseURL: "ftp://x.example"},
		{BaseURL: "https://x.example", TrustedProxies: []string{"not an address"}}} {
		if _, err := New(Options{Config: c}); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

// TestRunStops: with a stream open, the end comes at once and without error.
func TestRunStops(t *testing.T) {
	w := newTestWeb(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx, l) }()
	w.url = "http://" + l.Addr().String()
	s := w.as("expert").stream()
	cancel()
	s.ended("shut down")
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
	if _, err := http.Get(w.url + "/healthz"); err == nil {
		t.Error("still listening")
	}
}
