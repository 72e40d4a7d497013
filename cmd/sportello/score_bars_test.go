package main

import (
	"slices"
	"strings"
)

// bar is how many of a hundred messages must come out right, in a field of a
// corpus or in several together.
type bar struct {
	name    string
	corpora []string // none: all
	fields  []string // none: all
	percent float64
	each    bool // every field of every corpus by itself, at least as good as the plain program; one miss is allowed
}

var (
	parsers     = []string{"zammad", "zbateson-mime-parser", "php-imap", "stalwart-mail-parser", "mime4j"}
	pec         = []string{"pec-go", "pec-java", "pec-oca"}
	nothingLost = []string{"visible: nothing lost", "visible html: nothing lost", "visible contains"}
	noQuoteLeft = []string{"visible: no quote left", "visible html: no quote left", "visible excludes"}
)

var bars = []bar{
	{name: "answered", fields: []string{"answered"}, percent: 100},
	{name: "consensus subject", corpora: []string{"consensus"}, fields: []string{"subject"}, percent: 99.9},
	{name: "consensus from", corpora: []string{"consensus"}, fields: []string{"from_email"}, percent: 99.9},
	{name: "consensus attachments", corpora: []string{"consensus"}, fields: []string{"attachment content"}, percent: 99.9},
	{name: "consensus text", corpora: []string{"consensus"}, fields: []string{"text"}, percent: 99.9},
	{corpora: parsers, percent: 97, each: true},
	{name: "winmail.dat", corpora: []string{"mimekit"}, percent: 100},
	{name: "certified mail", corpora: pec, percent: 100},
	{name: "certified mail by its look", corpora: []string{"php-imap"}, fields: []string{"pec inner from", "pec inner subject", "pec_type"}, percent: 100},
	{name: "bounces", fields: []string{"is_bounce=True"}, percent: 98},
	{name: "no bounces", fields: []string{"is_bounce=False"}, percent: 98},
	{name: "bounce recipients", fields: []string{"bounce recipients"}, percent: 95},
	{name: "automatic", fields: []string{"is_auto=True"}, percent: 99},
	{name: "not automatic", fields: []string{"is_auto=False"}, percent: 99},
	{name: "quotes: nothing lost", fields: nothingLost, percent: 99},
	{name: "quotes: no quote left", fields: noQuoteLeft, percent: 85},
	{name: "forwards: nothing lost", corpora: []string{"crisp-email-forward-parser"}, fields: nothingLost, percent: 99},
	{name: "Italian lists: nothing lost", corpora: []string{"italian-lists"}, fields: nothingLost, percent: 97},
	{name: "Italian lists: no quote left", corpora: []string{"italian-lists"}, fields: noQuoteLeft, percent: 97},
}

// below are the bars that are not reached, with the misses there are.
var below = map[string]int{
	"consensus attachments":                    1, // x-uuencode, which both programs leave as it is
	"consensus text":                           5, // two with NUL, which no text of ours has; ISO-2022-JP without a label; parts that both programs pass over
	"php-imap: attachment content":             3, // messages inside, which it writes anew
	"php-imap: attachment names":               3, // two that it makes from a hash; one blank more or less in a folded name
	"stalwart-mail-parser: attachment content": 2, // x-uuencode, which it leaves as it is
	"stalwart-mail-parser: attachment names":   5, // it keeps bytes that are no UTF-8, and paths
	"zammad: attachment names":                 4, // it names what has no name
	"zammad: from_email":                       3, // a final dot, quotation marks or blanks kept in it
	"zammad: from_name":                        3, // charsets it guesses otherwise
	"zammad: html_text(words)":                 2, // a charset it guesses otherwise; an HTML it reads elsewhere
	"zbateson-mime-parser: attachment count":   2, // texts with a name, which it does not count
	"no bounces":                               1, // a notice that it does not take for one
	"quotes: nothing lost":                     6, // «Sent from my iPhone», which talon keeps; a header copied into a text; HTML that is all quotation
}

// reallySo is how many of the messages that no corpus calls a bounce or
// automatic are, looked at one by one: three notices of undelivered mail; five
// such notices, three of lists, three that say so by Auto-Submitted or their
// sender.
var reallySo = map[string]int{"bounce": 3, "automatic": 11}

// result is what a bar is held against.
type result struct {
	name    string
	tally   tally
	allowed int // misses
	places  []place
}

func (b bar) results(s *scored) []result {
	places := b.places(s)
	if !b.each {
		r := result{name: b.name, places: places}
		for _, at := range places {
			r.tally = r.tally.plus(s.tallies[at])
		}
		r.allowed = r.tally.allowed(b.percent)
		return []result{r}
	}
	var all []result
	for _, at := range places {
		got := s.tallies[at]
		allowed := got.allowed(b.percent)
		if plain, ok := s.baseline[at]; ok {
			allowed = min(allowed, plain.misses())
		}
		all = append(all, result{at.corpus + ": " + at.field, got, max(1, allowed), []place{at}})
	}
	return all
}

// places are the rows of the table that the bar speaks of, sorted.
func (b bar) places(s *scored) []place {
	var found []place
	for at := range s.tallies {
		if (len(b.corpora) == 0 || slices.Contains(b.corpora, at.corpus)) && (len(b.fields) == 0 || slices.Contains(b.fields, at.field)) {
			found = append(found, at)
		}
	}
	slices.SortFunc(found, func(a, b place) int {
		return strings.Compare(a.corpus+" "+a.field, b.corpus+" "+b.field)
	})
	return found
}
