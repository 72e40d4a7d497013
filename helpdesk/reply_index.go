package helpdesk

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// maxUsed is how many earlier answers one is written from.
const maxUsed = 10

// index keeps the answer for who is asked the like, and what it was written from.
func (r *reply) index(c *change) error {
	for _, used := range r.form.Used[:min(len(r.form.Used), maxUsed)] {
		if err := c.UseAnswer(r.message.ID, used); err != nil {
			return err
		}
	}
	if r.question.TicketID != r.message.TicketID { // a call noted without a word
		return nil
	}
	return c.keepAnswer(Answer{
		TicketID: r.question.TicketID, QuestionID: r.question.ID, ReplyID: r.message.ID,
		Size: len(r.message.Text), At: r.message.At, Stems: r.stems,
	})
}

// Intent is the idempotency key: the form's own and what it says. The same
// press of the button is one mail; another text written into the same form,
// after the browser's «back», is another answer.
func (f ReplyForm) Intent() string {
	return intentKey("reply", f.Key, f.Markdown, strings.Join(f.To, ","), strings.Join(f.Cc, ","), strconv.FormatInt(f.MailboxID, 10))
}

// intentKey joins a form's key with a hash of what was typed into it.
func intentKey(kind, key string, typed ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(typed, "\x00")))
	return kind + ":" + key + ":" + hex.EncodeToString(sum[:8])
}
