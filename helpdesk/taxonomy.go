package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sportello/helpdesk/pnrr"
)

// Measure is a measure of a programme as the desk keeps it.
type Measure struct {
	ID      int64
	Version int64
	pnrr.Measure
}

// Topic is what a question is about across measures.
type Topic struct {
	ID      int64
	Version int64
	pnrr.Topic
	ValidFrom, ValidTo string // days «2026-01-01», "" for open
}

// ValidOn reports whether a measure may be proposed on a day. One that is no
// longer valid stays on the tickets that have it.
func (m Measure) ValidOn(t time.Time) bool { return validOn(m.ValidFrom, m.ValidTo, t) }

// ValidOn is Measure.ValidOn for topics.
func (t Topic) ValidOn(at time.Time) bool { return validOn(t.ValidFrom, t.ValidTo, at) }

func validOn(from, to string, t time.Time) bool {
	day := t.Format(time.DateOnly)
	return (from == "" || from <= day) && (to == "" || day <= to)
}

// Label is how lists name a measure.
func (m Measure) Label() string { return m.Code + " " + m.Short }

// settingTaxonomy rises with every change of measures and topics, so that
// processes know when what they compiled from them is out of date.
const settingTaxonomy = "taxonomy"

// loadTaxonomy adds the shipped measures and topics that the store does not
// have. What an administrator changed stays as it is.
func (c *change) loadTaxonomy() error {
	measures, err := c.Measures()
	if err != nil {
		return err
	}
	topics, err := c.Topics()
	if err != nil {
		return err
	}
	shipped, added := pnrr.Shipped(), 0
	for _, m := range shipped.Measures {
		if !slices.ContainsFunc(measures, func(k Measure) bool { return k.Programme == m.Programme && k.Code == m.Code }) {
			added++
			if err := c.SaveMeasure(&Measure{Measure: m}, c.at); err != nil {
				return err
			}
		}
	}
	for _, t := range shipped.Topics {
		if !slices.ContainsFunc(topics, func(k Topic) bool { return k.Code == t.Code }) {
			added++
			if err := c.SaveTopic(&Topic{Topic: t}, c.at); err != nil {
				return err
			}
		}
	}
	if added == 0 {
		return nil
	}
	return c.raise(settingTaxonomy)
}

// generation is how often what hangs on a setting was changed.
func generation(tx registerReads, setting string) (int64, error) {
	v, err := tx.Setting(setting)
	if errors.Is(err, ErrNone) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(v, 10, 64)
}

// raise counts a setting up by one.
func (c *change) raise(setting string) error {
	n, err := generation(c, setting)
	if err != nil {
		return err
	}
	return c.SetSetting(setting, fmt.Sprint(n+1))
}

// SaveMeasure adds a measure (ID 0) or changes one.
func (d *Desk) SaveMeasure(ctx context.Context, u User, m Measure) error {
	if !Can(u, ActAdminister, 0) {
		return errForbidden
	}
	m.Code, m.Title, m.Short = strings.TrimSpace(m.Code), strings.TrimSpace(m.Title), strings.TrimSpace(m.Short)
	if m.State == "" {
		m.State = pnrr.InPlan
	}
	if err := checkMeasure(m); err != nil {
		return err
	}
	return d.update(ctx, "save measure", func(c *change) error {
		if err := c.Tx.SaveMeasure(&m, c.at); err != nil {
			return taken(err, "code", "Esiste già una misura con questo codice.")
		}
		if err := c.raise(settingTaxonomy); err != nil {
			return err
		}
		return c.record(Event{Kind: EventMeasure, ActorID: u.ID, ObjectID: m.ID, Detail: Detail{"code": m.Code}})
	})
}

func checkMeasure(m Measure) error {
	switch {
	case m.Programme == "":
		return invalid("programme", "Manca il programma: per esempio PNRR.")
	case m.Code == "" || strings.ContainsAny(m.Code, " \t\n"):
		return invalid("code", "Il codice della misura è obbligatorio e non contiene spazi: per esempio M4C1I1.1.")
	case m.Short == "" || m.Title == "":
		return invalid("title", "Titolo e nome breve sono obbligatori.")
	case m.State != pnrr.InPlan && m.State != pnrr.Left:
		return invalid("state", "Lo stato della misura è «nel piano» o «uscita dal piano».")
	}
	return checkValidity(m.ValidFrom, m.ValidTo)
}

// SaveTopic adds a topic (ID 0) or changes one.
func (d *Desk) SaveTopic(ctx context.Context, u User, t Topic) error {
	if !Can(u, ActAdminister, 0) {
		return errForbidden
	}
	t.Code, t.Label = strings.TrimSpace(t.Code), strings.TrimSpace(t.Label)
	if !topicCode.MatchString(t.Code) {
		return invalid("code", "Il codice del tema è fatto di lettere minuscole, cifre e trattini bassi: per esempio gare_appalti.")
	}
	if t.Label == "" {
		return invalid("label", "Manca il nome del tema.")
	}
	if err := checkValidity(t.ValidFrom, t.ValidTo); err != nil {
		return err
	}
	return d.update(ctx, "save topic", func(c *change) error {
		if err := c.Tx.SaveTopic(&t, c.at); err != nil {
			return taken(err, "code", "Esiste già un tema con questo codice.")
		}
		if err := c.raise(settingTaxonomy); err != nil {
			return err
		}
		return c.record(Event{Kind: EventTopic, ActorID: u.ID, ObjectID: t.ID, Detail: Detail{"code": t.Code}})
	})
}

var topicCode = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)

func checkValidity(from, to string) error {
	for _, day := range []string{from, to} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return invalid("valid", "Le date di validità si scrivono come 2026-01-31.")
		}
	}
	if from != "" && to != "" && to < from {
		return invalid("valid", "La validità finisce prima di cominciare: controlla le date.")
	}
	return nil
}

// taken gives a save of what somebody else saved first the sentence for it.
func taken(err error, field, message string) error {
	switch {
	case errors.Is(err, ErrExists):
		return invalid(field, message)
	case errors.Is(err, ErrStale):
		return &Error{Code: Conflict, Message: "Un collega ha modificato la stessa voce nel frattempo: ricarica la pagina e riprova."}
	}
	return err
}
