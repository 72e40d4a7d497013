package helpdesk

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
)

// LegalSource is what an answer rests on: a law, a decree, a guideline. Days
// are «2026-01-01», "" for open.
type LegalSource struct {
	ID                 int64
	Act                string // «D.lgs. 31 marzo 2023, n. 36»
	Article            string // «art. 119, c. 2», "" for the whole act
	URL                string
	ReadOn             string // when somebody last looked at it
	ValidFrom, ValidTo string
	SupersededOn       string
	SupersededBy       int64 // what holds instead, 0: not said
}

// Title is how a text names the source.
func (l LegalSource) Title() string {
	if l.Article == "" {
		return l.Act
	}
	return l.Act + ", " + l.Article
}

// Doubt says on a day why the source must be checked before it is used again,
// "" if it need not.
func (l LegalSource) Doubt(day string) string {
	switch {
	case l.SupersededOn != "" && l.SupersededOn <= day:
		return "fonte superata dal " + italianDay(l.SupersededOn) + ": verificare"
	case l.ValidTo != "" && l.ValidTo < day:
		return "fonte in vigore fino al " + italianDay(l.ValidTo) + ": verificare"
	}
	return ""
}

// Reusable marks an answer that others may be written from.
type Reusable struct {
	MessageID          int64
	By                 int64
	At                 time.Time
	ValidFrom, ValidTo string
	Note               string
	Sources            []LegalSource // by act and article
}

// Doubt says on a day why the answer must be checked before it is used again.
func (r Reusable) Doubt(day string) string {
	for _, l := range r.Sources {
		if doubt := l.Doubt(day); doubt != "" {
			return doubt
		}
	}
	switch {
	case r.ValidTo != "" && r.ValidTo < day:
		return "risposta valida fino al " + italianDay(r.ValidTo) + ": verificare"
	case r.ValidFrom > day:
		return "risposta valida dal " + italianDay(r.ValidFrom) + ": verificare"
	}
	return ""
}

func italianDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}

// ReusableForm marks an answer with one legal source; marking it again adds
// another. An empty Act adds none.
type ReusableForm struct {
	MessageID          int64
	Source             LegalSource
	ValidFrom, ValidTo string
	Note               string
}

const (
	maxLegal = 300  // characters of an act, an article, a link
	maxNote  = 2000 // characters
)

// MarkReusable says that an answer may be used again, on what it rests and how
// long it holds.
func (d *Desk) MarkReusable(ctx context.Context, u User, f ReusableForm) error {
	if !Can(u, ActWork, 0) {
		return errForbidden
	}
	f.Note = strings.TrimSpace(f.Note)
	if len([]rune(f.Note)) > maxNote {
		return invalid("note", "La nota è troppo lunga: riducila.")
	}
	if err := checkValidity(f.ValidFrom, f.ValidTo); err != nil {
		return err
	}
	today := d.rome(d.now()).Format(time.DateOnly)
	if f.Source.Act = strings.TrimSpace(f.Source.Act); f.Source.Act != "" {
		if err := checkSource(&f.Source, today); err != nil {
			return err
		}
	}
	return d.update(ctx, "mark reusable", func(c *change) error {
		m, err := c.answerByID(f.MessageID)
		if err != nil {
			return err
		}
		source, err := c.sourceFor(f.Source)
		if err != nil {
			return err
		}
		mark := Reusable{MessageID: m.ID, By: u.ID, At: c.at, ValidFrom: f.ValidFrom, ValidTo: f.ValidTo, Note: f.Note}
		if err := c.SaveReusable(mark, source.ID); err != nil {
			return err
		}
		return c.record(Event{Kind: EventReusable, ActorID: u.ID, TicketID: m.TicketID, ObjectID: m.ID,
			Detail: Detail{"source": source.Title(), "valid_from": f.ValidFrom, "valid_to": f.ValidTo}})
	})
}

// answerByID reads an answer of ours; whatever else the id names is not there.
func (c *change) answerByID(id int64) (Message, error) {
	m, err := c.MessageByID(id)
	if errors.Is(err, ErrNone) || err == nil && m.Kind != KindReply {
		return m, errAnswerNotFound
	}
	return m, err
}

var errAnswerNotFound = &Error{Code: NotFound, Message: "Questa risposta non esiste. Torna all'elenco delle risposte riutilizzabili."}

func checkSource(l *LegalSource, today string) error {
	l.Article, l.URL = strings.TrimSpace(l.Article), strings.TrimSpace(l.URL)
	if l.ReadOn == "" {
		l.ReadOn = today
	}
	for _, v := range []string{l.Act, l.Article, l.URL} {
		if len([]rune(v)) > maxLegal {
			return invalid("act", "Atto, articolo e collegamento hanno al massimo 300 caratteri.")
		}
	}
	if l.URL != "" {
		u, err := url.Parse(l.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return invalid("url", "Il collegamento comincia con https:// — copialo dal sito della fonte.")
		}
	}
	if err := checkValidity(l.ReadOn, ""); err != nil || l.ReadOn > today {
		return invalid("read_on", "Il giorno in cui la fonte è stata letta si scrive come 2026-01-31 e non è futuro.")
	}
	return checkValidity(l.ValidFrom, l.ValidTo)
}

// sourceFor finds the source by act and article, or keeps a new one. What was
// typed now is newer: the link and the day it was read replace the old ones.
func (c *change) sourceFor(l LegalSource) (LegalSource, error) {
	if l.Act == "" {
		return l, nil
	}
	known, err := c.LegalSourceNamed(l.Act, l.Article)
	if err != nil && !errors.Is(err, ErrNone) {
		return l, err
	}
	if err == nil {
		l.ID, l.SupersededOn, l.SupersededBy = known.ID, known.SupersededOn, known.SupersededBy
		l.ReadOn = max(l.ReadOn, known.ReadOn)
		if l.URL == "" {
			l.URL = known.URL
		}
		if l.ValidFrom == "" && l.ValidTo == "" {
			l.ValidFrom, l.ValidTo = known.ValidFrom, known.ValidTo
		}
	}
	return l, c.SaveLegalSource(&l)
}

// UnmarkReusable takes the mark off an answer.
func (d *Desk) UnmarkReusable(ctx context.Context, u User, messageID int64) error {
	if !Can(u, ActWork, 0) {
		return errForbidden
	}
	return d.update(ctx, "unmark reusable", func(c *change) error {
		m, err := c.answerByID(messageID)
		if err != nil {
			return err
		}
		if err := c.DropReusable(m.ID); err != nil {
			return err
		}
		return c.record(Event{Kind: EventNotReusable, ActorID: u.ID, TicketID: m.TicketID, ObjectID: m.ID})
	})
}

// SupersedeSource says that a source holds no longer from a day on, "" that it
// still does. by is what holds instead; an empty Act names nothing.
func (d *Desk) SupersedeSource(ctx context.Context, u User, sourceID int64, on string, by LegalSource) error {
	if !Can(u, ActCurate, 0) {
		return errForbidden
	}
	if err := checkValidity(on, ""); err != nil {
		return invalid("on", "Il giorno dal quale la fonte è superata si scrive come 2026-01-31.")
	}
	if by.Act = strings.TrimSpace(by.Act); by.Act != "" {
		if err := checkSource(&by, d.rome(d.now()).Format(time.DateOnly)); err != nil {
			return err
		}
	}
	return d.update(ctx, "supersede source", func(c *change) error {
		l, err := c.LegalSourceByID(sourceID)
		if errors.Is(err, ErrNone) {
			return errSourceNotFound
		}
		if err != nil {
			return err
		}
		l.SupersededOn, l.SupersededBy = on, 0
		if on != "" && by.Act != "" {
			next, err := c.sourceFor(by)
			if err != nil {
				return err
			}
			if next.ID == l.ID {
				return invalid("by", "Una fonte non può essere superata da sé stessa: indica un altro atto o articolo.")
			}
			l.SupersededBy = next.ID
		}
		if err := c.SaveLegalSource(&l); err != nil {
			return err
		}
		return c.record(Event{Kind: EventSource, ActorID: u.ID, ObjectID: l.ID, Detail: Detail{"source": l.Title(), "superseded_on": on}})
	})
}

var errSourceNotFound = &Error{Code: NotFound, Message: "Questa fonte non esiste. Torna all'elenco delle risposte riutilizzabili."}
