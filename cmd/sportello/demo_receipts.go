package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// sendReceipts is what our provider of certified mail and the recipients' ones
// write back about a mail of ours: it was taken, and it reached each certified
// box. Ordinary boxes give no receipt of delivery.
func (p *demoPost) sendReceipts(sent []byte, recipients []string, at time.Time) error {
	m, err := readDemoHead(sent)
	if err != nil {
		return fmt.Errorf("send receipts: %w", err)
	}
	box := strings.ToLower(m.from.Address)
	if !slices.Contains(demoBoxes, box) {
		return nil
	}
	for i, to := range recipients {
		acceptance, delivery, err := pecReceipts(sent, to, at)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := p.deliver(box, acceptance, at); err != nil {
				return err
			}
		}
		if !isPEC(to) {
			continue
		}
		if err := p.deliver(box, delivery, at); err != nil {
			return err
		}
	}
	return nil
}
