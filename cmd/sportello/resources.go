package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// twoThreads lets Go run on two threads where the machine gives one core. On
// one, a page would wait up to 10 ms for the scheduler each time that mail is
// being read; two threads are the kernel's to share out, which wakes the page's
// at once: 21 ms instead of 126 at the 99th percentile while mail comes in.
func twoThreads() {
	if runtime.GOMAXPROCS(0) < 2 {
		runtime.GOMAXPROCS(2)
	}
}

// roomyHeap lets the heap grow to thrice what is live before it is collected,
// unless GOGC says otherwise: a tenth less work while mail comes in, for some
// ten MiB of the 150 that the program may use under load.
func roomyHeap() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}

// giveBack returns to the system what only the start needed: the 19 MiB of a
// password hash, the templates as text. Left to itself it stays for hours.
func giveBack() { debug.FreeOSMemory() }
