package main

import (
	"strings"
	"testing"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
)

// What reprocess says goes into logs: ids and names of fields, nothing of
// what people wrote.
func TestReprocessSaysWhatChanged(t *testing.T) {
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	world.deliver(t, question("q1", "CUP mancante", "", "Buongiorno, come si chiede il CUP?"))
	world.deliver(t, question("q2", "Ribassi", "", "Possiamo usare i ribassi?"))
	s := d.serve()
	eventually(t, "both are taken in", func() bool { return len(d.inbound()) == 2 })
	s.end()
	if out := d.must("", "reprocess"); out != "letti 2 messaggi: 0 cambiati, 0 non riusciti\n" {
		t.Errorf("nothing changed: %s", out)
	}

	// As an older reader would have left them.
	d.damage(
		"UPDATE message SET subject = 'Cup' WHERE message_id = 'q1@comune.test'",
		"UPDATE message_body SET text = 'Letto male' WHERE message_id = (SELECT id FROM message WHERE message_id = 'q1@comune.test')",
		"UPDATE message SET automatic = 'Precedence: bulk' WHERE message_id = 'q2@comune.test'",
	)
	out := d.must("", "reprocess", "-since", "2026-01-01")
	for _, end := range []string{": oggetto, testo\n", ": tipo\n", "letti 2 messaggi: 2 cambiati, 0 non riusciti\n"} {
		if !strings.Contains(out, end) {
			t.Errorf("%q is not in:\n%s", end, out)
		}
	}
	for _, private := range []string{officer, "CUP", "Buongiorno"} {
		if strings.Contains(out, private) {
			t.Errorf("%q is in:\n%s", private, out)
		}
	}
	if out := d.must("", "reprocess"); out != "letti 2 messaggi: 0 cambiati, 0 non riusciti\n" {
		t.Errorf("the second time: %s", out)
	}
}

func TestRereadLine(t *testing.T) {
	number := helpdesk.NewNumber(2026, 12)
	tests := []struct {
		reread helpdesk.Reread
		want   string
	}{
		{helpdesk.Reread{RawID: 1, MessageID: 3, Ticket: number, Fields: []helpdesk.Field{helpdesk.FieldSubject, helpdesk.FieldAttachments}},
			"messaggio 3, quesito 2026-000012: oggetto, allegati"},
		{helpdesk.Reread{RawID: 1, MessageID: 3, Ticket: number, Fields: []helpdesk.Field{helpdesk.FieldNew}},
			"messaggio 3, quesito 2026-000012: ora si legge"},
		{helpdesk.Reread{RawID: 1, Fields: []helpdesk.Field{helpdesk.FieldNew}}, "originale 1, copia di un messaggio: ora si legge"},
	}
	for _, tt := range tests {
		if got := rereadLine(tt.reread); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
