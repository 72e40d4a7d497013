package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestOneMailboxDoesNotStarveTheOthers: the first never answers, as a poller
// in back-off does not.
func TestOneMailboxDoesNotStarveTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		looked := make([]bool, 3)
		err := together(t.Context(), 20*time.Minute, []func(context.Context) error{
			func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			func(context.Context) error { looked[1] = true; return errors.New("refused") },
			func(ctx context.Context) error {
				time.Sleep(19 * time.Minute)
				looked[2] = ctx.Err() == nil
				return nil
			},
		})
		if d := time.Since(begun); d != 20*time.Minute {
			t.Errorf("it took %v", d)
		}
		if !looked[1] || !looked[2] {
			t.Errorf("looked at: %v", looked)
		}
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "refused") {
			t.Errorf("error = %v", err)
		}
	})
}

// TestAJobThatPanicsAtTheStartEndsNothing: otherwise the program would panic
// at every start.
func TestAJobThatPanicsAtTheStartEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ran := 0
		s := schedule{location: time.UTC, log: slog.New(slog.DiscardHandler), jobs: []job{
			{"broken", "@every 1m", "", func(context.Context) error { panic("broken") }},
			{"sound", "@every 1m", "", func(context.Context) error { ran++; return nil }},
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
		defer cancel()
		if err := s.Run(ctx); err != nil || ran != 3 {
			t.Errorf("the other job ran %d times, want once at the start and twice after; %v", ran, err)
		}
	})
}
