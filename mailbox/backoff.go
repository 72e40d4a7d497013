package mailbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"

	"sportello/helpdesk"
)

const (
	firstWait    = time.Second
	longestWait  = 5 * time.Minute
	ownWait      = 50 * time.Second // the most for a fault of ours: intake resumes within a minute
	throttleWait = 30 * time.Second // the least after a server asked for patience
)

// authWaits follow refused log-ins: few enough not to lock the account.
var authWaits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// backoff counts failures in a row and says how long to wait after each.
type backoff struct {
	failures int
	refused  int // log-ins among them
}

func (b *backoff) reset() { *b = backoff{} }

func (b *backoff) next(err error) time.Duration {
	b.failures++
	if errors.Is(err, errAuth) {
		b.refused++
		return authWaits[min(b.refused, len(authWaits))-1]
	}
	wait := min(firstWait<<min(b.failures-1, 16), longestWait)
	if ours := (*helpdesk.Error)(nil); errors.As(err, &ours) {
		wait = min(wait, ownWait)
	}
	if throttled(err) {
		wait = max(wait, throttleWait)
		return wait + rand.N(wait/2)
	}
	return wait/2 + rand.N(wait/2)
}

// throttled reports whether the server itself sent us away: a BYE, or a code
// that means later.
func throttled(err error) bool {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return false
	}
	return answer.Type == imap.StatusResponseTypeBye || temporaryCode(answer.Code)
}

// pause waits, or until ctx ends or something arrives on wake.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-wake:
	case <-ctx.Done():
	}
}
