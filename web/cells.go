package web

import (
	"bytes"
	"fmt"
	"html/template"
)

// cells are the columns of the queue that hold one of a handful of values. They
// are rendered once for all rows that share them: the calls through reflection
// of every row were the greater part of a page. The zero value is ready.
type cells struct {
	seen map[queueCells]template.HTML
}

// queueCells is what the fragment "celle" of coda.html is given.
type queueCells struct {
	State            string
	Owner            person // ID 0: nobody
	Channel, Mailbox string
	Measure, Short   string // code and short name of the main measure
	Settled          bool   // the measure is no proposal
}

func (c *cells) render(of queueCells) (template.HTML, error) {
	if done, ok := c.seen[of]; ok {
		return done, nil
	}
	var buf bytes.Buffer
	if err := pages["coda"].ExecuteTemplate(&buf, "celle", of); err != nil {
		return "", fmt.Errorf("cells: %w", err)
	}
	if c.seen == nil {
		c.seen = map[queueCells]template.HTML{}
	}
	done := template.HTML(buf.String())
	c.seen[of] = done
	return done, nil
}
