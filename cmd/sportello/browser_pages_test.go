package main

import (
	"fmt"
	"strings"
	"testing"
)

// view is one state of a page: where it is and what opens it.
type view struct {
	name, path string
	do         string // script; "" for none
	then       string // selector of what the script brings about, "" where it is there at once
	only       int64  // width on which the state exists, 0: on both
	loud       bool   // the browser itself says on the console that the status is an error
}

// TestPagesInBrowser opens every page of the real program in its states, wide
// and narrow: axe finds nothing, nothing scrolls sideways, the console is silent
// and the policy refuses nothing.
func TestPagesInBrowser(t *testing.T) {
	root := startBrowser(t)
	f := openFrozenDesk(t, 60)
	script := axe(t)
	b := openTab(t, root, f.url)
	b.everyView(f, func(b *tab, v view, width int64) {
		b.t.Run(fmt.Sprintf("%s@%d", v.name, width), func(t *testing.T) {
			b := b.in(t)
			b.show(v)
			b.accessible(script)
			b.silent()
		})
	})
}

// everyView calls look for every view of everybody, on both screens.
func (b *tab) everyView(f *frozenDesk, look func(b *tab, v view, width int64)) {
	b.t.Helper()
	for _, part := range []struct {
		who   string
		views []view
	}{
		{"", f.publicViews()},
		{"", f.doorViews()},
		{"anna", f.deskViews()},
		{"admin", adminViews()},
		{"osservatore", []view{{name: "osservatore", path: "/quesiti", loud: true}, {name: "osservatore-profilo", path: "/profilo"}}},
	} {
		b.forget()
		if part.who != "" {
			b.enter(f, part.who)
		}
		for _, width := range []int64{1440, 390} {
			b.size(width)
			for _, v := range part.views {
				if v.only == 0 || v.only == width {
					look(b, v, width)
					b.js(`for (const area of document.querySelectorAll("#testo")) area.value = ""`) // leaves no draft to the next
				}
			}
		}
	}
}

// toComposer scrolls to where one writes.
const toComposer = `document.querySelector("#comp").scrollIntoView({block: "end"})`

// toFiles scrolls to the last attachments of the thread.
const toFiles = `[...document.querySelectorAll(".files")].at(-1).scrollIntoView({block: "center"})`

// show brings a view about.
func (b *tab) show(v view) {
	b.t.Helper()
	if strings.HasPrefix(v.path, "/") {
		b.openLive(v.path)
	} else {
		b.open(v.path) // the door has no scripts
	}
	if v.do != "" {
		b.js(v.do)
	}
	if v.then != "" {
		b.expect("what was asked for is there", fmt.Sprintf("document.querySelector(%q) !== null", v.then), "true")
	}
	if v.loud {
		b.heard.take()
	}
	// What is moving is measured where it comes to rest.
	b.expect("nothing moves", `document.getAnimations().filter(a => a.playState === "running").length`, "0")
}

// publicViews are the pages for everybody, and the log-in after a wrong password.
func (f *frozenDesk) publicViews() []view {
	return []view{
		{name: "accesso", path: "/accesso"},
		{name: "accesso-prova", path: f.web.LoginLink(f.seeder.users["anna"].ID)},
		{name: "privacy", path: "/privacy"},
		{name: "accessibilita", path: "/accessibilita"},
		{name: "errore-404-pubblico", path: "/niente", loud: true},
	}
}

// deskViews are what an expert sees.
func (f *frozenDesk) deskViews() []view {
	f.t.Helper()
	ticket := func(key string) string { return "/quesiti/" + f.number(key) }
	pec := ticket("valcerva-pec")
	merge := "/quesiti/" + f.number("fotovoltaico") + "/unisci"
	return []view{
		{name: "coda", path: "/quesiti?vista=aperti"},
		{name: "coda-mie", path: "/quesiti?vista=mie"},
		{name: "coda-non-assegnati", path: "/quesiti?vista=non-assegnati"},
		{name: "coda-automatici", path: "/quesiti?vista=automatici"},
		{name: "coda-chiusi", path: "/quesiti?vista=chiusi"},
		{name: "coda-ricerca", path: "/quesiti?q=asilo"},
		{name: "coda-vuota", path: "/quesiti?vista=aperti&q=zzzz"},
		{name: "coda-scorciatoie", path: "/quesiti?vista=aperti", do: `document.querySelector("#scorciatoie").showModal()`},
		{name: "coda-menu", path: "/quesiti?vista=aperti", do: `document.querySelector("#menu").showPopover()`, only: 390},
		{name: "coda-filtri", path: "/quesiti?vista=aperti", do: `document.querySelector("#f-altri").showPopover()`, only: 390},
		{name: "coda-utente", path: "/quesiti?vista=aperti", do: `document.querySelector(".barra-utente").click()`},
		{name: "quesito", path: pec},
		{name: "quesito-aperto", path: pec, do: `document.querySelectorAll("main details").forEach(d => d.open = true); document.querySelector(".copie").scrollIntoView({block: "center"})`},
		{name: "quesito-dettagli", path: pec, do: `document.querySelector("#det").showPopover()`, only: 390},
		{name: "quesito-rinvia", path: pec, do: `document.querySelector("#apri-rinvia").click()`},
		{name: "quesito-altro", path: pec, do: `document.querySelector("[popovertarget=altro]").click()`},
		{name: "quesito-nota", path: pec, do: `document.querySelector("[name=tipo][value=nota]").click();` + toComposer},
		{name: "quesito-anteprima", path: pec, do: `document.querySelector("#testo").value = "**Gentile** geometra,\n\n- uno\n- due\n\n> citato\n\n[portale](https://regis.example)"; document.querySelector("[data-anteprima]").click();` + toComposer},
		{name: "quesito-lungo", path: ticket("borgo-olona-1")},
		{name: "quesito-due-caselle", path: ticket("due-caselle"), do: `document.querySelectorAll("main details").forEach(d => d.open = true)`},
		{name: "quesito-tabella", path: ticket("tabella-marserlasca")},
		{name: "quesito-inoltro", path: ticket("inoltro-lovona")},
		{name: "quesito-da-verificare", path: ticket("arredi-selvermo")},
		{name: "quesito-in-coda", path: ticket("dnsh-monterlasca")},
		{name: "quesito-non-inviata", path: ticket("saldo-arcago")},
		{name: "quesito-ricevute", path: ticket("consorzio"), do: `document.querySelector(".msg-reply .copie").open = true; document.querySelector(".ricevute").scrollIntoView({block: "center"})`},
		{name: "quesito-in-uscita", path: ticket("ribassi-campermo")},
		{name: "quesito-firmato", path: ticket("rigenerazione-gavina"), do: toFiles},
		{name: "quesito-p7m", path: ticket("vallescura"), do: toFiles},
		{name: "quesito-winmail", path: ticket("winmail"), do: toFiles},
		{name: "quesito-invito", path: ticket("invito-selvermo"), do: toFiles},
		{name: "quesito-troppo-grande", path: ticket("enorme")},
		{name: "quesito-chiuso", path: ticket("spam-bandi")},
		{name: "quesito-illeggibile", path: f.unreadable()},
		{name: "originale", path: fmt.Sprintf("/messaggi/%d", f.message("tabella-marserlasca"))},
		{name: "originale-cid", path: fmt.Sprintf("/messaggi/%d", f.message("arredi-selvermo"))},
		{name: "unisci", path: merge},
		{name: "unisci-scelto", path: merge + "?con=" + f.number("dnsh-monterlasca")},
		{name: "unisci-errore", path: merge + "?con=999", loud: true},
		{name: "nuovo", path: "/quesiti/nuovo"},
		{name: "uscita", path: "/posta/uscita"},
		{name: "quarantena", path: "/posta/quarantena"},
		{name: "profilo", path: "/profilo"},
		{name: "errore-404", path: "/quesiti/2026-999999", loud: true},
		{name: "errore-403", path: "/amministrazione/utenti", loud: true},
	}
}

func adminViews() []view {
	return []view{
		{name: "coda-vuota-mie", path: "/quesiti?vista=mie"},
		{name: "utenti", path: "/amministrazione/utenti"},
		{name: "utenti-password", path: "/amministrazione/utenti", do: `document.querySelector("details.az-det").open = true`},
		{name: "utenti-disattiva", path: "/amministrazione/utenti", do: `document.querySelectorAll("details.az-det")[2].open = true`},
	}
}

// message is the id of the first message of a ticket.
func (f *frozenDesk) message(key string) int64 {
	f.t.Helper()
	n, _ := f.ticket(key)
	v, err := f.store.Ticket(f.t.Context(), n, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	return v.Messages[0].ID
}
