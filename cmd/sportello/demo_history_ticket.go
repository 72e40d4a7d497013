package main

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sportello/helpdesk"
)

// demoWords reads the lists of people.txt.
func demoWords() (map[string][]string, error) {
	sections, err := demoSections("people")
	if err != nil {
		return nil, err
	}
	words := map[string][]string{}
	for _, s := range sections {
		words[s.key] = strings.Split(s.parts[0].text, "\n")
	}
	return words, nil
}

// historyContact is who writes for a body, the same person each time but for
// the bigger ones, which have several offices.
type historyContact struct {
	name, title, role, address, phone string
	woman                             bool
}

func (h *history) contact(t demoTown) historyContact {
	r := demoRand(int64(h.rand.IntN(1+min(t.Inhabitants/6000, 3))), t.Name)
	pick := func(list string) string { return h.words[list][r.IntN(len(h.words[list]))] }
	c := historyContact{woman: r.IntN(2) == 0}
	first := pick(map[bool]string{true: "donne", false: "uomini"}[c.woman])
	surname := pick("cognomi")
	role := strings.Split(pick("ruoli"), "|")
	c.name, c.role = first+" "+surname, role[0]
	c.address = role[1] + "@" + t.Domain()
	switch {
	case role[2] == "1" && c.woman:
		c.title = "dott.ssa"
	case role[2] == "1":
		c.title = "dott."
	default:
		c.title = []string{"geom.", "arch.", "ing."}[r.IntN(3)]
	}
	c.phone = fmt.Sprintf("0%d 000%03d", []int{2, 30, 31, 35, 321, 341, 372, 382}[r.IntN(8)], r.IntN(1000))
	return c
}

// ticket writes one question and lets its story run until now.
func (h *history) ticket(at time.Time, town demoTown, measure string, state helpdesk.State) (historyTicket, error) {
	q := h.pattern(at, measure)
	c := h.contact(town)
	p := h.places(at, town)
	t := historyTicket{Opened: at, Town: town, Topic: q.get("topic"), CUP: p.vars["cup"], State: state,
		Channel: helpdesk.ChannelMail, Box: demoBox, FromName: c.name, FromAddress: c.address}
	if measure != "-" {
		t.Measure = measure
	}
	subjects := q.fields["subject"]
	var err error
	if t.Subject, err = p.fill(subjects[h.rand.IntN(len(subjects))]); err != nil {
		return t, fmt.Errorf("%s: %w", q.key, err)
	}
	texts := make([]string, len(q.parts))
	for i, part := range q.parts {
		if texts[i], err = p.fill(part.text); err != nil {
			return t, fmt.Errorf("%s: %w", q.key, err)
		}
	}
	t.Body = h.letter(texts[0], c, town)
	switch h.rand.IntN(20) {
	case 0:
		t.Channel = helpdesk.ChannelPhone
	case 1, 2, 3, 4, 5, 6:
		t.Channel, t.Box, t.FromName = helpdesk.ChannelPEC, demoPECBox, town.Body()
		t.FromAddress = "protocollo@pec." + town.Domain()
		t.Subject = fmt.Sprintf("Prot. n. %d/%d - %s", 100+h.rand.IntN(14000), at.Year(), t.Subject)
	}
	t.Owner = h.owner(t)
	h.story(&t, texts, c)
	return t, nil
}

// pattern picks a question on the measure; one that is rising comes up ever
// more often in the last four months.
func (h *history) pattern(at time.Time, measure string) demoSection {
	list := h.patterns[measure]
	weights := make([]float64, len(list))
	var sum float64
	for i, q := range list {
		weights[i] = 1
		if q.get("rising") != "" {
			age := h.now.Sub(at).Hours() / 24 / 30
			weights[i] = 0.6 + 1.6*max(0, 4-age)
		}
		sum += weights[i]
	}
	x := h.rand.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return list[i]
		}
	}
	return list[len(list)-1]
}

func (h *history) places(at time.Time, town demoTown) demoPlaces {
	pick := func(list string) string { return h.words[list][h.rand.IntN(len(h.words[list]))] }
	amount := int64(30+h.rand.IntN(70)) * 500000 / int64(1+h.rand.IntN(3))
	return demoPlaces{at: at, office: h.office, vars: map[string]string{
		"cup": demoCUP(h.rand, at.Year()-1-h.rand.IntN(4)), "cig": demoCIG(h.rand),
		"importo": euros(amount / 10000 * 10000), "importo2": euros(amount / int64(5+h.rand.IntN(9))),
		"posti": fmt.Sprint(12 + 6*h.rand.IntN(8)), "opera": pick("opere"), "via": pick("vie"), "ente": town.Body(),
	}}
}

// letter frames the question as its writer does.
func (h *history) letter(text string, c historyContact, town demoTown) string {
	pick := func(list string) string { return h.words[list][h.rand.IntN(len(h.words[list]))] }
	greeting := pick("saluti") + "\n"
	if h.rand.IntN(8) == 0 {
		greeting = ""
		first, n := utf8.DecodeRuneInString(text)
		text = string(unicode.ToUpper(first)) + text[n:]
	}
	signature := c.title + " " + c.name + "\n" + c.role + "\n" + town.Body()
	if h.rand.IntN(3) > 0 {
		signature += " (" + town.Province + ")\ntel. " + c.phone
	}
	return greeting + text + "\n\n" + pick("chiusure") + "\n\n" + signature
}

func (h *history) owner(t historyTicket) string {
	switch {
	case h.rand.IntN(12) == 0:
		return "marta"
	case t.Topic == "ppp":
		return "paolo"
	case t.Topic == "regis" || t.Topic == "rendicontazione" || t.Topic == "foi":
		return "luca"
	case t.Measure == "M4C1I1.1" || t.Topic == "gare_appalti" || t.Topic == "titolare_effettivo":
		return "anna"
	}
	return []string{"anna", "luca", "paolo", "luca"}[h.rand.IntN(4)]
}

// medianAnswer is the median first answer in office hours; sigma makes one in
// twenty take more than three working days.
const (
	medianAnswer = 5*time.Hour + 40*time.Minute
	sigmaAnswer  = 0.9
)

func (h *history) answerTime() time.Duration {
	return max(4*time.Minute, time.Duration(float64(medianAnswer)*math.Exp(sigmaAnswer*h.rand.NormFloat64())))
}

// story writes what followed: the answer, now and then another question and
// its answer, and the end.
func (h *history) story(t *historyTicket, texts []string, c historyContact) {
	answered := h.office.AddWorkingHours(t.Opened, h.answerTime())
	if t.State == helpdesk.StateOpen || t.State == helpdesk.StateNew || t.State == helpdesk.StateSnoozed || t.State == helpdesk.StateWaitingThird {
		answered = time.Time{}
	} else if answered.After(h.now) {
		answered = h.midway(t.Opened, h.now)
	}
	if oldest := h.office.AddWorkingDays(h.now, 1-demoSilence); t.State == helpdesk.StateAnswered && answered.Before(oldest) {
		answered = oldest // an older answer would have closed
	}
	t.Answered = answered
	last := t.Opened
	if !answered.IsZero() {
		last = answered
		t.Answer = h.answer(texts[1], c)
		if t.State == helpdesk.StateClosed {
			last = h.further(t, texts, c)
		}
	}
	switch t.State {
	case helpdesk.StateSnoozed:
		t.SnoozedUntil = h.office.SnoozeWeek(h.now.AddDate(0, 0, h.rand.IntN(9)))
	case helpdesk.StateClosed:
		t.Closed, t.ClosedBy = h.closing(last, t.Owner)
	}
}

// further appends the officer's second message and its answer if the pattern
// has them and there is time for them, and returns the time of the last message.
func (h *history) further(t *historyTicket, texts []string, c historyContact) time.Time {
	last := t.Answered
	for i, text := range texts[2:] {
		kind, wait := helpdesk.KindInbound, h.answerTime()*3
		if i%2 == 1 {
			kind, wait, text = helpdesk.KindReply, h.answerTime(), h.answer(text, c)
		}
		at := h.office.AddWorkingHours(last, wait)
		if at.After(h.now.AddDate(0, 0, -2)) {
			break
		}
		t.Then = append(t.Then, historyMessage{at, kind, text})
		last = at
	}
	if n := len(t.Then); n > 0 && t.Then[n-1].Kind == helpdesk.KindInbound {
		t.Then = t.Then[:n-1] // nobody closes a question that still asks
	}
	if n := len(t.Then); n > 0 {
		return t.Then[n-1].At
	}
	return t.Answered
}

func (h *history) answer(text string, c historyContact) string {
	dear := "Gentile "
	name := c.title + " " + c.name[strings.IndexByte(c.name, ' ')+1:]
	return dear + name + ",\n\n" + text + "\n\nCordiali saluti"
}

// demoSilence is after how many working days without a message an answered
// ticket closes.
const demoSilence = 10

// closing is by hand within some days for one in three, else after ten working
// days of silence; where the days have not passed yet, it was by hand.
func (h *history) closing(last time.Time, owner string) (at time.Time, by string) {
	if h.rand.IntN(3) > 0 {
		if at = h.office.AddWorkingDays(last, demoSilence); at.Before(h.now) {
			return at, ""
		}
	}
	if at = h.office.AddWorkingHours(last, time.Duration(1+h.rand.IntN(24))*time.Hour); at.Before(h.now) {
		return at, owner
	}
	return h.midway(last, h.now), owner
}

// midway is a moment between two, in office hours if it can be.
func (h *history) midway(a, b time.Time) time.Time {
	if open := h.office.WorkingTimeBetween(a, b); open > time.Minute {
		return h.office.AddWorkingHours(a, open/2)
	}
	return a.Add(b.Sub(a) / 2)
}
