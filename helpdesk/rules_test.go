package helpdesk

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		number Number
		text   string
	}{
		{NewNumber(2026, 1), "2026-000001"},
		{NewNumber(2026, 123), "2026-000123"},
		{NewNumber(2026, 999_999), "2026-999999"},
		{NewNumber(2027, 1_000_000), "2027-1000000"},
	} {
		if got := c.number.String(); got != c.text {
			t.Errorf("String() = %q, want %q", got, c.text)
		}
		if got, ok := ParseNumber(c.text); !ok || got != c.number {
			t.Errorf("ParseNumber(%q) = %v, %v", c.text, got, ok)
		}
	}
	for _, bad := range []string{"", "2026", "2026-1", "2026-000000", "1999-000123", "2026-000123x", "2026-0001234567890", "２０２６-000123"} {
		if n, ok := ParseNumber(bad); ok {
			t.Errorf("ParseNumber(%q) = %v, want none", bad, n)
		}
	}
}

func TestNumberInSubject(t *testing.T) {
	for subject, want := range map[string]string{
		"Re: Ribassi [#2026-000123]":                               "2026-000123",
		"R: POSTA CERTIFICATA: [#2026-000123] Ribassi":             "2026-000123",
		"Re: vecchio [#2025-000001] inoltrato [#2026-000002] oggi": "2026-000002",
		"quesito 2026-000123":                                      "",
		"[#2026-12]":                                               "",
		"":                                                         "",
	} {
		n, ok := NumberInSubject(subject)
		if ok != (want != "") || ok && n.String() != want {
			t.Errorf("NumberInSubject(%q) = %v, %v; want %q", subject, n, ok, want)
		}
	}
}

// The transition table of the design, written out: from, then every state that
// a person may choose.
func TestTransitionsByHand(t *testing.T) {
	table := map[State]string{
		StateNew:          "open waiting_org waiting_third answered closed spam out_of_scope",
		StateOpen:         "waiting_org waiting_third answered closed spam out_of_scope",
		StateWaitingOrg:   "open waiting_third answered closed spam out_of_scope",
		StateWaitingThird: "open waiting_org answered closed spam out_of_scope",
		StateSnoozed:      "open waiting_org waiting_third answered closed spam out_of_scope",
		StateAnswered:     "open waiting_org waiting_third closed spam out_of_scope",
		StateClosed:       "open spam out_of_scope",
		StateSpam:         "open",
		StateOutOfScope:   "open",
		StateMerged:       "",
	}
	if len(table) != len(States) {
		t.Fatalf("the table has %d states of %d", len(table), len(States))
	}
	for from, allowed := range table {
		for _, to := range States {
			want := slices.Contains(strings.Fields(allowed), string(to))
			if got := from.mayMove(to); got != want {
				t.Errorf("%s → %s: %v, want %v", from, to, got, want)
			}
		}
	}
}

func TestTransitionsByMail(t *testing.T) {
	table := map[State]State{
		StateNew: StateNew, StateOpen: StateOpen, StateWaitingOrg: StateOpen, StateWaitingThird: StateOpen,
		StateSnoozed: StateOpen, StateAnswered: StateOpen, StateClosed: StateOpen, StateOutOfScope: StateOpen,
		StateSpam: StateSpam, StateMerged: StateMerged,
	}
	for _, from := range States {
		if got := from.afterInbound(); got != table[from] {
			t.Errorf("a person's reply on %s gives %s, want %s", from, got, table[from])
		}
	}
}

// The table «Who may do what» of the design, for the actions that exist.
func TestCan(t *testing.T) {
	table := []struct {
		action                               Action
		admin, coordinator, expert, observer bool
	}{
		{ActSee, true, true, true, false},
		{ActWork, true, true, true, false},
		{ActAssign, true, true, true, false},
		{ActSettle, true, true, true, false},
		{ActQuarantine, true, true, true, false},
		{ActRegistry, true, true, false, false},
		{ActFigures, true, true, true, true},
		{ActExport, true, true, false, false},
		{ActCurate, true, true, false, false},
		{ActAdminister, true, false, false, false},
		{ActOwn, true, true, true, true},
	}
	if len(table) != len(permissions) {
		t.Fatalf("the table has %d actions of %d", len(table), len(permissions))
	}
	for _, row := range table {
		for role, want := range map[Role]bool{RoleAdmin: row.admin, RoleCoordinator: row.coordinator, RoleExpert: row.expert, RoleObserver: row.observer} {
			u := User{ID: 7, Role: role, Active: true}
			if got := Can(u, row.action, 7); got != want {
				t.Errorf("%s may %s: %v, want %v", role, row.action, got, want)
			}
			u.Active = false
			if Can(u, row.action, 7) {
				t.Errorf("a suspended %s may %s", role, row.action)
			}
		}
	}
	if Can(User{ID: 7, Role: RoleAdmin, Active: true}, ActOwn, 8) {
		t.Error("an administrator may use what is another's own")
	}
	if Can(User{Role: RoleAdmin, Active: true}, ActSee, 0) {
		t.Error("nobody may see tickets")
	}
}

func TestBareSubject(t *testing.T) {
	for in, want := range map[string]string{
		"Ribassi d'asta":               "Ribassi d'asta",
		"R: Ribassi d'asta":            "Ribassi d'asta",
		"Re: R: RE: I: Ribassi":        "Ribassi",
		"Fwd: FW: Ribassi":             "Ribassi",
		"POSTA CERTIFICATA: Ribassi":   "Ribassi",
		"ANOMALIA MESSAGGIO: R: Saldo": "Saldo",
		"Re[2]: Saldo":                 "Saldo",
		"Re: Saldo [#2026-000123]":     "Saldo",
		"Rif: Saldo":                   "Saldo",
		"  Saldo \t 10 % ":             "Saldo 10 %",
		"Regolamento: una domanda":     "Regolamento: una domanda",
		"Re:":                          "",
	} {
		if got := BareSubject(in); got != want {
			t.Errorf("BareSubject(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSubjectKey(t *testing.T) {
	same := []string{
		"CUP disallineato su ReGiS",
		"Prot. N.0004512 del 16/11/2026 - CUP disallineato su ReGiS",
		"POSTA CERTIFICATA: Prot. n. 4512/2026 CUP disallineato su ReGiS",
		"R: cup  disallineato su regis",
	}
	for _, s := range same[1:] {
		if subjectKey(s) != subjectKey(same[0]) {
			t.Errorf("subjectKey(%q) = %q, want %q", s, subjectKey(s), subjectKey(same[0]))
		}
	}
	if subjectKey("Saldo 10 %") == subjectKey("Saldo 20 %") {
		t.Error("two questions have one key")
	}
}

func TestBodyOf(t *testing.T) {
	for address, want := range map[string]string{
		"tecnico@comune.valcerva.bg.it":            "comune.valcerva.bg.it",
		"protocollo@pec.comune.valcerva.bg.it":     "comune.valcerva.bg.it",
		"PROTOCOLLO@PEC.Comune.Valcerva.BG.it":     "comune.valcerva.bg.it",
		"segreteria@unione.trevalli.so.it":         "unione.trevalli.so.it",
		"comune.valcerva@pec.regione.lombardia.it": "", // shared by 486 bodies
		"comune.valcerva@pec.it":                   "",
		"comune.valcerva@libero.it":                "",
		"info@comune.it":                           "",
		"studio@gmail.com":                         "",
		"comune.valcerva.bg.it":                    "",
		"":                                         "",
	} {
		if got := BodyOf(address); got != want {
			t.Errorf("BodyOf(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestMereThanks(t *testing.T) {
	for text, want := range map[string]bool{
		"Grazie mille!":                                 true,
		"Grazie mille!\n\nInviato da iPhone":            true,
		"Grazie infinite per la cortese disponibilità.": false, // «cortese» is unknown: rather open once too often
		"Buongiorno,\nringrazio per la celere risposta.\nCordiali saluti\nMario Rossi\nUfficio Tecnico\nTel. 0345 12345": true,
		"Grazie, ma il problema resta.": false,
		"Grazie. Non funziona":          false,
		"Grazie\nNon funziona":          false,
		"Grazie mille, e per il CUP?":   false,
		"Perfetto":                      false,
		"":                              false,
		"Cordiali saluti":               false,
	} {
		if got := mereThanks(text); got != want {
			t.Errorf("mereThanks(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestMessageID(t *testing.T) {
	key := []byte("k1k1k1k1k1k1k1k1k1k1k1k1k1k1k1k1")
	id := newMessageID(key, "sportello.example")
	if !issuedByUs(key, id) {
		t.Errorf("our own id %q is not known", id)
	}
	if id == newMessageID(key, "sportello.example") {
		t.Error("two ids are equal")
	}
	forged := []string{
		"", "@", "a@b", "a.b@sportello.example", strings.Replace(id, ".", "", 1),
		newMessageID([]byte("another key"), "sportello.example"),
		"notify-12-3@sportello.example",
		strings.ToUpper(id[:1]) + id[1:],
		id[:10] + "7" + id[11:],
	}
	for _, f := range forged {
		if f != id && issuedByUs(key, f) {
			t.Errorf("a forged id passes: %q", f)
		}
	}
	// A reader's mail program may not touch the local part, but a relay may
	// rewrite the domain: the MAC covers the random part only.
	if local, _, _ := strings.Cut(id, "@"); !issuedByUs(key, local+"@other.example") {
		t.Error("an id with another domain is not known")
	}
}

func TestRetryBackOff(t *testing.T) {
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	o := Outgoing{CreatedAt: start.Add(-72 * time.Hour)} // sent again by hand: its age is no matter
	now, tries := start, 0
	var waits []time.Duration
	for {
		o.Attempts++
		next, again := o.nextTry(now)
		if !again {
			break
		}
		waits = append(waits, next.Sub(now))
		now = next
		tries++
	}
	want := []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 3 * time.Hour}
	if !slices.Equal(waits[:len(want)], want) {
		t.Errorf("waits are %v, want %v …", waits[:len(want)], want)
	}
	if total := now.Sub(start); total > 48*time.Hour || total < 44*time.Hour {
		t.Errorf("tries end after %v, want about two days", total)
	}
}

func TestEventChain(t *testing.T) {
	var prev []byte
	var events []Event
	for i := range 3 {
		e := Event{ID: int64(i + 1), At: time.UnixMilli(int64(i)), Kind: EventNoted, TicketID: 5, Detail: Detail{"a": "b"}}
		if err := e.seal(prev, []byte("salt")); err != nil {
			t.Fatal(err)
		}
		prev = e.Hash
		events = append(events, e)
	}
	verify := func(es []Event) error {
		var prev []byte
		for _, e := range es {
			if err := VerifyEvent(e, prev); err != nil {
				return err
			}
			prev = e.Hash
		}
		return nil
	}
	if err := verify(events); err != nil {
		t.Fatal(err)
	}
	erased := slices.Clone(events)
	erased[1].DetailJSON, erased[1].Salt = nil, nil
	if err := verify(erased); err != nil {
		t.Errorf("an erased detail breaks the chain: %v", err)
	}
	for name, tamper := range map[string]func([]Event) []Event{
		"a changed kind":   func(es []Event) []Event { es[1].Kind = EventReplied; return es },
		"a changed detail": func(es []Event) []Event { es[1].DetailJSON = []byte(`{"a":"c"}`); return es },
		"a removed row":    func(es []Event) []Event { return slices.Delete(es, 1, 2) },
		"swapped rows":     func(es []Event) []Event { es[0], es[1] = es[1], es[0]; return es },
	} {
		if verify(tamper(slices.Clone(events))) == nil {
			t.Errorf("%s is not noticed", name)
		}
	}
}
