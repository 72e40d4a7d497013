package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"sportello/mailbox/loopback"
	"sportello/store"
)

// built says that crashBinary was asked for.
var built atomic.Bool

// envSyncServe makes the test binary a serve at that level of synchronous;
// the program itself has no such switch.
const envSyncServe = "SPORTELLO_TEST_SYNCHRONOUS"

func syncServe() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	cfg, err := LoadConfig(os.Getenv("SPORTELLO_CONFIG"), os.Getenv, nil)
	if err == nil {
		var p *program
		p, err = openProgram(ctx, cfg, newLogger(os.Stderr), programOptions{
			store: store.Options{Synchronous: os.Getenv(envSyncServe), Unsafe: true},
		})
		if err == nil {
			err = p.run(ctx)
			p.close()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFault
	}
	return exitOK
}

// TestCommitsAreSynced counts the system calls that bring data to the disk
// against the commits that taking messages in needs: two for each. The control
// run shows that the count would notice.
func TestCommitsAreSynced(t *testing.T) {
	_, err := exec.LookPath("strace")
	need(t, err == nil, "strace is not installed")
	const messages = 40
	for level, enough := range map[string]bool{"FULL": true, "OFF": false} {
		t.Run(level, func(t *testing.T) {
			syncs := countSyncs(t, level, messages)
			t.Logf("synchronous=%s: %d fsync and fdatasync for %d commits at least", level, syncs, 2*messages)
			if (syncs >= 2*messages) != enough {
				t.Errorf("%d syncs, at least %d commits", syncs, 2*messages)
			}
		})
	}
}

// countSyncs takes messages in under strace and returns how many calls synced
// something.
func countSyncs(t *testing.T, level string, messages int) int {
	t.Helper()
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	deliverSome(t, world, 0, messages)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := exec.Command("strace", "-f", "-c", "-o", trace, "-e", "trace=fsync,fdatasync", self)
	// Its own group: strace does not pass on the signal that ends it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	v := d.spawnCommand(cmd, envSyncServe+"="+level, "SPORTELLO_CONFIG="+d.config)
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }) // strace's child, should it live
	eventually(t, "all messages are taken in", func() bool {
		if !v.alive() {
			t.Fatalf("serve under strace ended: %v\n%s", cmd.ProcessState, v.log)
		}
		if !v.listens() {
			return false
		}
		_, inbound := d.state()
		return inbound == messages
	})
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-v.ended
	summary, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	return syncCalls(string(summary))
}

// syncLine is a line of strace's summary: share, seconds, microseconds a call,
// calls, errors, name.
var syncLine = regexp.MustCompile(`(?m)^\s*[\d.,]+\s+[\d.,]+\s+\d+\s+(\d+)\s.*\b(?:fsync|fdatasync)\s*$`)

func syncCalls(summary string) int {
	total := 0
	for _, m := range syncLine.FindAllStringSubmatch(summary, -1) {
		n, err := strconv.Atoi(strings.TrimSpace(m[1]))
		if err != nil {
			panic(err) // the expression takes digits only
		}
		total += n
	}
	return total
}
