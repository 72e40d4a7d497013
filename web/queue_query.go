package web

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"sportello/helpdesk"
)

// The parameters of /quesiti: vista, q, stato, assegnatario, casella, ordine
// and the place of the page, dopo or prima. What is unknown counts as not said,
// so that an old link still shows something.

// queueLimit is rows a page; maxQuery is how much of a search is looked at.
const (
	queueLimit = 50
	maxQuery   = 200
)

// sortKeys are the names of the orders in addresses.
var sortKeys = map[helpdesk.Sort]string{
	helpdesk.SortNewest: "recenti", helpdesk.SortOldest: "attesa",
	helpdesk.SortOpened: "apertura", helpdesk.SortNumber: "numero",
}

var sortLabels = map[helpdesk.Sort]string{
	helpdesk.SortNewest: "Ultimo messaggio", helpdesk.SortOldest: "In attesa da più tempo",
	helpdesk.SortOpened: "Data di apertura", helpdesk.SortNumber: "Numero",
}

// The values of assegnatario that are no user's id.
const (
	ownerNobody = "nessuno"
	ownerMe     = "io"
)

// readQueueQuery makes of an address what the store is asked. Without a view
// it is one's own tickets, with a search term all tickets.
func readQueueQuery(v url.Values, userID int64) helpdesk.QueueQuery {
	q := helpdesk.QueueQuery{UserID: userID, Limit: queueLimit, Sort: helpdesk.SortNewest}
	q.Text = searchText(v.Get("q"))
	if q.Text == "" {
		q.View = helpdesk.ViewMine
	}
	for view, key := range viewKeys {
		if v.Get("vista") == key {
			q.View = view
		}
	}
	for sort, key := range sortKeys {
		if v.Get("ordine") == key {
			q.Sort = sort
		}
	}
	if s := helpdesk.State(v.Get("stato")); s.Valid() {
		q.State = s
	}
	switch owner := v.Get("assegnatario"); owner {
	case ownerNobody:
		q.OwnerID = helpdesk.NoOwner
	case ownerMe:
		q.OwnerID = userID
	default:
		q.OwnerID = parseID(owner)
	}
	q.MailboxID = parseID(v.Get("casella"))
	if before, ok := readCursor(v.Get("prima")); ok {
		q.After, q.Before = before, true
	} else if after, ok := readCursor(v.Get("dopo")); ok {
		q.After = after
	}
	return q
}

// searchText is a search term as the store takes it: valid, on one line, bounded.
func searchText(s string) string {
	if !utf8.ValidString(s) {
		return ""
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if len(s) > maxQuery {
		s = strings.ToValidUTF8(s[:maxQuery], "")
	}
	return s
}

// queueURL is the address of a query without its place in the list.
func queueURL(q helpdesk.QueueQuery) url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("vista", viewKeys[q.View])
	set("q", q.Text)
	set("stato", string(q.State))
	switch {
	case q.OwnerID == helpdesk.NoOwner:
		v.Set("assegnatario", ownerNobody)
	case q.OwnerID == q.UserID && q.UserID != 0:
		v.Set("assegnatario", ownerMe)
	case q.OwnerID > 0:
		v.Set("assegnatario", strconv.FormatInt(q.OwnerID, 10))
	}
	if q.MailboxID > 0 {
		v.Set("casella", strconv.FormatInt(q.MailboxID, 10))
	}
	if q.Sort != helpdesk.SortNewest {
		set("ordine", sortKeys[q.Sort])
	}
	return v
}

// pageURL is the address of the page at a place, "" for none.
func pageURL(q helpdesk.QueueQuery, param string, at helpdesk.Cursor) string {
	if at == (helpdesk.Cursor{}) {
		return ""
	}
	v := queueURL(q)
	v.Set(param, writeCursor(at))
	return "/quesiti?" + v.Encode()
}

// A cursor is written key_id.
func writeCursor(c helpdesk.Cursor) string {
	return strconv.FormatInt(c.Key, 10) + "_" + strconv.FormatInt(c.ID, 10)
}

func readCursor(s string) (helpdesk.Cursor, bool) {
	key, id, ok := strings.Cut(s, "_")
	if !ok {
		return helpdesk.Cursor{}, false
	}
	k, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return helpdesk.Cursor{}, false
	}
	n, err := strconv.ParseInt(id, 10, 64)
	return helpdesk.Cursor{Key: k, ID: n}, err == nil && n > 0
}
