package web

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"sportello/helpdesk"
)

func TestQueueQuery(t *testing.T) {
	const me = 7
	base := helpdesk.QueueQuery{View: helpdesk.ViewMine, UserID: me, Sort: helpdesk.SortNewest, Limit: queueLimit}
	for _, row := range []struct {
		name, query string
		want        func(*helpdesk.QueueQuery)
	}{
		{"nothing said: one's own", "", func(*helpdesk.QueueQuery) {}},
		{"a view", "vista=attesa-ente", func(q *helpdesk.QueueQuery) { q.View = helpdesk.ViewWaitingOrg }},
		{"unknown values count as not said", "vista=x&ordine=%27&stato=DROP&assegnatario=a&casella=-1&dopo=x", func(*helpdesk.QueueQuery) {}},
		{"a term without a view searches all", "q=+appalto++asilo%0a", func(q *helpdesk.QueueQuery) { q.View, q.Text = "", "appalto asilo" }},
		{"a term within a view", "q=cup&vista=aperti", func(q *helpdesk.QueueQuery) { q.View, q.Text = helpdesk.ViewOpen, "cup" }},
		{"nobody's", "assegnatario=nessuno", func(q *helpdesk.QueueQuery) { q.OwnerID = helpdesk.NoOwner }},
		{"mine", "assegnatario=io", func(q *helpdesk.QueueQuery) { q.OwnerID = me }},
		{"a colleague's", "assegnatario=9&casella=2&stato=waiting_org&ordine=numero", func(q *helpdesk.QueueQuery) {
			q.OwnerID, q.MailboxID, q.State, q.Sort = 9, 2, helpdesk.StateWaitingOrg, helpdesk.SortNumber
		}},
		{"the page after", "dopo=-5_12", func(q *helpdesk.QueueQuery) { q.After = helpdesk.Cursor{Key: -5, ID: 12} }},
		{"the page before", "prima=5_12&dopo=6_1", func(q *helpdesk.QueueQuery) { q.After, q.Before = helpdesk.Cursor{Key: 5, ID: 12}, true }},
	} {
		v, err := url.ParseQuery(row.query)
		if err != nil {
			t.Fatal(err)
		}
		want := base
		row.want(&want)
		if got := readQueueQuery(v, me); got != want {
			t.Errorf("%s: %+v, want %+v", row.name, got, want)
		}
	}
}

// FuzzQueueQuery: whatever stands in the address, what reaches the store is
// bounded and valid, and the links of the page lead to the same question.
func FuzzQueueQuery(f *testing.F) {
	for _, seed := range []string{"vista=mie&q=a", "q=%ff", "q=" + strings.Repeat("à", 300), "dopo=1_2&prima=x", "stato=new&assegnatario=nessuno&casella=9223372036854775808"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v, _ := url.ParseQuery(raw)
		q := readQueueQuery(v, 7)
		if len(q.Text) > maxQuery || !utf8.ValidString(q.Text) || strings.ContainsAny(q.Text, "\x00\r\n") {
			t.Fatalf("text %q", q.Text)
		}
		if q.State != "" && !q.State.Valid() || q.MailboxID < 0 || q.OwnerID < helpdesk.NoOwner {
			t.Fatalf("query %+v", q)
		}
		again := readQueueQuery(queueURL(q), 7)
		q.After, q.Before = helpdesk.Cursor{}, false
		if !reflect.DeepEqual(again, q) {
			t.Fatalf("%q: %+v, read back %+v", raw, q, again)
		}
	})
}
