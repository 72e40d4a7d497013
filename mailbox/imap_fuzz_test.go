package mailbox

import (
	"testing"
	"time"

	"sportello/mailbox/loopback"
)

// FuzzIMAPAnswers plays any bytes as the answer to every FETCH: the
// poller stays within its limits and does not hammer the server.
func FuzzIMAPAnswers(f *testing.F) {
	f.Add([]byte(describeSay(1, 1, 5) + bodySay(1, 1, "BODY[]", "x: y\r\n") + "{tag} OK done\r\n"))
	f.Add([]byte("* 1 FETCH (UID 1 RFC822.SIZE -5)\r\n{tag} OK done\r\n"))
	f.Add([]byte("* 1 FETCH (UID 1 BODY[] {10}\r\nabc"))
	f.Add([]byte("* 1 FETCH (BODY[] NIL UID 1)\r\n{tag} NO done\r\n"))
	f.Add([]byte("* 2 FETCH (UID 2 FLAGS (((((((((("))
	f.Add([]byte("* BYE\r\n"))
	f.Add([]byte("+ go on\r\nT1 OK\r\n* 4294967296 EXISTS\r\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		cfg := testConfig()
		cfg.MaxMessageSize = 64 << 10
		s := scripted(
			loopback.Rule{Match: " fetch ", Say: string(answer)},
			loopback.Rule{Match: `^\S+ search`, Say: "* SEARCH 1\r\n{tag} OK done\r\n"})
		poll(t, s, cfg, nil, func(r *rig) {
			time.Sleep(10 * time.Minute)
			for _, raw := range r.keeper.contents() {
				if int64(len(raw)) > cfg.MaxMessageSize {
					t.Errorf("kept %d bytes", len(raw))
				}
			}
			if n := s.Connections(); n > 200 {
				t.Errorf("%d connections in ten minutes", n)
			}
		})
	})
}
