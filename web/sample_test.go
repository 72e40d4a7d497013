package web

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"sportello/helpdesk"
	"sportello/helpdesk/pnrr"
)

// Rich and empty data for every page. All names and addresses are invented.

var sampleNow = time.Date(2026, time.November, 24, 10, 30, 0, 0, rome)

func before(d time.Duration) time.Time { return sampleNow.Add(-d) }

func samplePage(title, viewKey string) page {
	return page{
		Title: title, Product: "Sportello PNRR", Centre: "Centro di Competenza PNRR", Now: sampleNow,
		User:  &viewer{ID: 1, Name: "Marco Bianchi", Email: "marco.bianchi@sportello.example", Role: "admin"},
		Views: newViews(map[string]int{"mie": 12, "non-assegnati": 7, "da-leggere": 5, "attesa-ente": 23, "aperti": 148, "automatici": 1000}),
		View:  viewKey,
		Tools: []tool{
			{Label: "Posta in uscita", URL: "/posta/uscita", Icon: "upload", Count: 2},
			{Label: "Quarantena", URL: "/posta/quarantena", Icon: "warning-circle", Count: 1},
			{Label: "Utenti", URL: "/amministrazione/utenti", Icon: "settings"},
		},
	}
}

func samplePublic(title string) page {
	return page{Title: title, Product: "Sportello PNRR", Centre: "Centro di Competenza PNRR · supporto ai Comuni", Now: sampleNow}
}

var (
	marco = &person{1, "Marco Bianchi"}
	anna  = &person{2, "Anna Colombo"}
	elena = &person{3, "Elena Russo"}
	paolo = &person{4, "Paolo Fontana"}
)

func sampleQueue() queuePage {
	p := queuePage{
		page: samplePage("Tutti gli aperti", "aperti"), Total: 148,
		States:    []option{{"", "Tutti", true}, {"new", "Nuovo", false}, {"open", "Aperto", false}, {"waiting_org", "In attesa dell'ente", false}},
		Owners:    []option{{"", "Chiunque", true}, {"nessuno", "Nessuno", false}, {"io", "Io", false}},
		Mailboxes: []option{{"", "Tutte", true}, {"1", "sportello@centro.example", false}},
		Orders:    []option{{"ultimo", "Ultimo messaggio", true}, {"vecchio", "Messaggio più vecchio", false}, {"apertura", "Apertura", false}, {"numero", "Numero", false}},
		NextURL:   "/quesiti?vista=aperti&dopo=x",
	}
	found, boxes := sampleFound()
	var err error
	if p.Rows, err = queueRows(found, boxes, sampleNow); err != nil {
		panic(err)
	}
	return p
}

func sampleFound() (found []helpdesk.QueueRow, boxes map[int64]string) {
	rows := []helpdesk.QueueRow{
		{Number: number("2026-002641"), Subject: "CUP non allineato su ReGiS: impossibile caricare il SAL", Sender: "Comune di Treviglio", Unread: true, State: "new", OwnerID: marco.ID, Owner: marco.Name, Channel: "pec", Excerpt: "Buongiorno, il caricamento del secondo SAL viene rifiutato perché il CUP risulta chiuso"},
		{Number: number("2026-002640"), Subject: "Relazione DNSH per efficientamento palestra comunale", Sender: "Lucia Ferri", Unread: true, HasAttachments: true, Messages: 4, State: "snoozed", OwnerID: marco.ID, Owner: marco.Name, Channel: "mail", Excerpt: "Allego la bozza della relazione, manca la parte sulle emissioni"},
		{Number: number("2026-002639"), Subject: "PDND: e-service per l'anagrafe rifiutato in collaudo", Sender: "Giorgio Sala", Messages: 7, State: "waiting_third", OwnerID: marco.ID, Owner: marco.Name, Channel: "mail", Excerpt: "Abbiamo riaperto la richiesta come suggerito"},
		{Number: number("2026-002638"), Subject: "CIE/SPID: anomalia nel caricamento del questionario", Sender: "Ufficio CED, Luino", State: "open", OwnerID: marco.ID, Owner: marco.Name, Channel: "phone", Excerpt: "Telefonata: il questionario si blocca alla terza pagina"},
		{Number: number("2026-002637"), Subject: "Proroga dei termini per l'affidamento dei lavori", Sender: "protocollo@unionevalletta.example", Unread: true, HasAttachments: true, Messages: 4, State: "waiting_org", OwnerID: anna.ID, Owner: anna.Name, Channel: "pec", Excerpt: "Si trasmette la nota prot. 4417 del 20 novembre", Automatic: true},
		{Number: number("2026-002636"), Subject: "Migrazione al cloud: cambio del piano dopo l'approvazione", Sender: "Davide Greco", Messages: 7, State: "answered", OwnerID: elena.ID, Owner: elena.Name, Channel: "mail", Excerpt: "Grazie, procediamo così"},
		{Number: number("2026-002635"), Subject: "Titolare effettivo e conflitto di interessi: modulistica aggiornata per gli affidamenti diretti sotto soglia", Sender: "Comune di Seregno", State: "open", Channel: "mail", NewSender: true, Excerpt: "Quale modello va usato per le ditte individuali?"},
		{Number: number("2026-002634"), Subject: "", Sender: "paola.m@comune.example", HasAttachments: true, Messages: 4, State: "new", OwnerID: anna.ID, Owner: anna.Name, Channel: "desk"},
		{Number: number("2026-002633"), Subject: "PagoPA: quali servizi contano per il raggiungimento degli obiettivi", Sender: "Ragioneria, Codogno", Unread: true, Messages: 7, State: "open", OwnerID: marco.ID, Owner: marco.Name, Channel: "mail", Excerpt: "Riepilogo dei servizi attivati al 31 ottobre"},
		{Number: number("2026-002632"), Subject: "Economie di gara: si possono riutilizzare per le opere complementari?", Sender: "Arch. Moretti", State: "waiting_third", OwnerID: paolo.ID, Owner: paolo.Name, Channel: "mail", Excerpt: "La stazione appaltante chiede se"},
		{Number: number("2026-002631"), Subject: "Asseverazione 1.4.1: criterio C.SI.1.3 non soddisfatto", Sender: "Comune di Erba", HasAttachments: true, Messages: 4, State: "open", OwnerID: anna.ID, Owner: anna.Name, Channel: "mail", Excerpt: "In vista della richiesta di asseverazione"},
	}
	ages := []time.Duration{8 * time.Minute, 32 * time.Minute, 3 * time.Hour, 20 * time.Hour, 200 * time.Hour}
	found = make([]helpdesk.QueueRow, 50)
	for i := range found {
		r := rows[i%len(rows)]
		if r.MailboxID = 1; r.Channel == "pec" {
			r.MailboxID = 2
		}
		r.Number -= helpdesk.Number(i / len(rows) * 100)
		m := sampleTaxonomy().Measures[i%4]
		r.Measure, r.MeasureShort, r.MeasureSettled, r.OrganizationSettled = m.Code, m.Short, i%3 > 0, i%4 > 0
		if i%5 == 4 {
			r.Measure, r.MeasureShort = "", ""
		}
		if i%2 == 0 {
			r.Organization = "Comune di Valcerva"
		}
		r.LastMessageAt, r.OpenedAt = before(ages[i%len(ages)]), before(time.Duration(i+1)*17*time.Hour)
		found[i] = r
	}
	return found, map[int64]string{1: "sportello@centro.example", 2: "sportello@pec.centro.example"}
}

func number(s string) helpdesk.Number {
	n, ok := helpdesk.ParseNumber(s)
	if !ok {
		panic(s)
	}
	return n
}

func sampleTaxonomy() helpdesk.Taxonomy {
	measure := func(id int64, code, short string, desk bool, state pnrr.State) helpdesk.Measure {
		return helpdesk.Measure{ID: id, Measure: pnrr.Measure{Programme: "PNRR", Code: code, Title: short, Short: short, Desk: desk, State: state}}
	}
	topic := func(id int64, label string) helpdesk.Topic {
		return helpdesk.Topic{ID: id, Topic: pnrr.Topic{Label: label}}
	}
	return helpdesk.Taxonomy{
		Measures: []helpdesk.Measure{
			measure(1, "M5C3I1.1.1", "Servizi e infrastrutture sociali di comunità", true, pnrr.Left), measure(2, "M4C1I1.1", "Asili nido", true, pnrr.InPlan),
			measure(3, "M1C1I1.4.1", "Esperienza del cittadino", false, pnrr.InPlan), measure(4, "M5C3I1.2", "Beni confiscati", false, pnrr.Left),
		},
		Topics: []helpdesk.Topic{topic(1, "Gare, appalti, contratti"), topic(2, "Antifrode: titolare effettivo, conflitto di interessi, doppio finanziamento"), topic(3, "Altro")},
	}
}

// sampleTags are proposals and facts of every source.
func sampleTags() helpdesk.Tags {
	rule := helpdesk.Proposal{Source: helpdesk.TagRule, Confidence: 0.93, Reason: "codice della misura nell'oggetto: «1.4.1»"}
	learned := helpdesk.Proposal{Source: helpdesk.TagLearned, Confidence: 0.714, Reason: "somiglia a 12 quesiti confermati"}
	return helpdesk.Tags{
		Measures: []helpdesk.MeasureTag{{MeasureID: 3, Main: true, Proposal: rule}, {MeasureID: 1, Proposal: learned}},
		Topics:   []helpdesk.TopicTag{{TopicID: 1, Proposal: learned}, {TopicID: 2, Proposal: helpdesk.Proposal{Source: helpdesk.TagPerson, Confirmed: true, Confidence: 1}}},
		Codes:    []helpdesk.TicketCode{{Kind: helpdesk.CodeCUP, Code: "H61F22001230006"}, {Kind: helpdesk.CodeCIG, Code: "9876543210"}},
	}
}

func sampleClassified() classified {
	v := helpdesk.TicketView{Ticket: helpdesk.Ticket{MeasureID: 3}, Tags: sampleTags(), Taxonomy: sampleTaxonomy()}
	return newClassified(v, sampleNow)
}

func sampleComposer() composer {
	return composer{
		Measure: &measureQuestion{Proposed: sampleClassified().Main, Others: sampleClassified().Others, Choices: sampleClassified().Measures},
		Key:     "chiave-1", LastSeen: 4, Kind: "reply", To: "p.brambilla@comune.example", Text: "Gentile dott. Brambilla,\n\nper la scheda gestita dall'Unione la categoria va valorizzata dal back office dell'Unione stessa; nel frattempo potete:\n\n1. togliere la scheda dall'elenco dei servizi del Comune;\n2. lasciare un collegamento alla pagina dell'Unione.",
		After:     []option{{"answered", "Risposto", true}, {"waiting_org", "In attesa dell'ente", false}, {"open", "Resta aperto", false}, {"closed", "Chiudi quesito", false}},
		Certified: &certifiedWarning{Addresses: "protocollo@pec.comune.example", Boxes: []option{{"2", "sportello@pec.centro.example", false}}, Ordinary: []string{"ufficio@comune.example"}},
		MaxBytes:  25_000_000, FileWords: strings.Join(attachmentWords, " "),
	}
}

func manyAddresses(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("protocollo@comune-%03d.example", i+1))
	}
	return all
}

func sampleTicket() ticketPage {
	brambilla := person{Name: "Paolo Brambilla"}
	address := "p.brambilla@comune.example"
	return ticketPage{
		page:   samplePage("Asseverazione 1.4.1: criterio C.SI.1.3 non soddisfatto", "mie"),
		Number: "2026-002640", Subject: "Asseverazione 1.4.1: criterio C.SI.1.3 non soddisfatto", State: "open", Owner: marco,
		BackURL: "/quesiti?vista=mie", BackLabel: "Assegnati a me", ToRead: true,
		Entries: []entry{
			{Message: &message{ID: 1, Kind: "inbound", Author: brambilla, Address: address, Channel: "pec", At: before(114 * time.Hour), To: []string{"sportello@pec.centro.example"}, Cc: manyAddresses(500), Body: "<p>Buongiorno,</p><p>in vista della richiesta di asseverazione per la misura 1.4.1 abbiamo eseguito l'App di valutazione sul nuovo sito. Risultano superati tutti i criteri tranne <strong>C.SI.1.3</strong>; il fornitore sostiene che i contenuti siano conformi e che si tratti di un falso positivo.</p><ul><li>Sito: www.comune.example (ambiente di produzione dal 3 novembre)</li><li>CUP: H61F22001230006</li><li>Termine per la richiesta: <strong>4 dicembre 2026</strong></li></ul><p>Possiamo presentare comunque la domanda allegando una relazione tecnica? In allegato il rapporto dell'App.</p><p>Cordiali saluti<br>Paolo Brambilla</p>",
				Attachments: []attachment{{1, "rapporto-app-valutazione.pdf", "application/pdf", 412_000, "", false}, {2, "elenco-servizi.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 38_000, "contenuto di winmail.dat", false}, {3, "determina n. 114 del 3 novembre 2026 - impegno di spesa firmata digitalmente.pdf.p7m", "application/pkcs7-mime", 1_240_000, "firmato da Mario Rossi · firma non verificata", false}, {6, "delibera.pdf.p7m", "application/pkcs7-mime", 300_000, "firma non apribile: scarica l'originale", false}, {5, "winmail.dat", "application/ms-tnef", 1_700_000, "già aperto: il contenuto è in questa pagina", true}},
				Certified:   "certificata il 19/11/2026 alle 16:30:00 (+0100) · gestore GESTORE DI PROVA S.P.A. · firma del gestore non verificata",
				Copies:      []messageCopy{{11, "posta ordinaria a sportello@centro.example", before(113 * time.Hour), false}}, CopyCount: 1, Original: true}},
			{Event: &eventLine{Icon: "user", Who: "Elena Russo", Text: "ha assegnato il quesito a Marco Bianchi", At: before(113 * time.Hour)}},
			{Message: &message{ID: 2, Kind: "note", Author: *elena, At: before(113 * time.Hour), Body: "<p>Stesso caso di Gussago (2026-002588): mancava la voce del vocabolario controllato nella scheda servizio. Controlla prima quello.</p>"}},
			{Message: &message{ID: 3, Kind: "reply", Author: *marco, Address: "sportello@centro.example", Channel: "mail", At: before(97 * time.Hour), To: []string{address}, Body: "<p>Gentile dott. Brambilla,</p><p>la domanda presentata con un criterio non superato viene di norma respinta in fase di controllo: conviene risolvere la segnalazione prima dell'invio.</p><ol><li>Aprire le tre schede elencate a pagina 4 del rapporto.</li><li>Selezionare la categoria dall'elenco (non testo libero).</li><li>Rieseguire l'App e inviarci il nuovo rapporto.</li></ol>", Delivery: &delivery{ID: 3, State: "sent", At: before(97 * time.Hour)},
				Receipts: []receipt{{31, "Accettata", "ricevuta", "st-aperto", "", "", before(97 * time.Hour), false, false, false}, {32, "Consegnata", "ricevuta", "st-aperto", "protocollo@pec.comune.example", "", before(97 * time.Hour), false, false, false},
					{33, "Mancata consegna", "ricevuta", "st-guasto", "archivio@pec.comune.example", "5.1.1 indirizzo non valido", before(96 * time.Hour), true, false, true}},
				Past: []receipt{{34, "Consegna in ritardo", "avviso", "st-ente", "archivio@pec.comune.example", "4.4.1 timeout", before(97 * time.Hour), false, false, false}}}},
			{Report: &reportLine{33, 3, "Mancata consegna", "archivio@pec.comune.example", before(96 * time.Hour), true, false}},
			{Event: &eventLine{Icon: "clock", Text: "Stato cambiato in In attesa dell'ente", At: before(97 * time.Hour)}},
			{Message: &message{ID: 5, Kind: "inbound", Author: person{Name: "ced@altro.example"}, Address: "ced@altro.example", Channel: "mail", At: before(50 * time.Hour), Problem: "Il messaggio supera i 50 MB: nella casella c'è l'originale, qui solo l'intestazione.", Unverified: true, Automatic: true, NotCertified: true, Original: true, Subject: "R: richiesta"}},
			{Message: &message{ID: 6, Kind: "reply", Author: *anna, Address: "sportello@centro.example", Channel: "mail", At: before(49 * time.Hour), To: []string{address, "sindaco@comune.example"}, Body: "<p>Vi ricordo il termine del 4 dicembre.</p>", Delivery: &delivery{ID: 6, State: "failed", Reason: "La casella ha rifiutato il messaggio: indirizzo sconosciuto.", At: before(49 * time.Hour), CanRetry: true}}},
			{Message: &message{ID: 7, Kind: "reply", Author: *anna, Address: "sportello@centro.example", Channel: "mail", At: before(48 * time.Hour), To: []string{address}, Body: "<p>Secondo invio.</p>", Delivery: &delivery{ID: 7, State: "unknown", At: before(48 * time.Hour), CanSettle: true}}},
			{Message: &message{ID: 8, Kind: "bounce", Author: person{Name: "Mail Delivery System"}, Address: "mailer-daemon@comune.example", Channel: "mail", At: before(47 * time.Hour), Body: "<p>550 5.1.1 User unknown</p>", Original: true}},
			{Message: &message{ID: 4, Kind: "inbound", Author: brambilla, Address: address, Channel: "mail", At: before(103 * time.Minute), To: []string{"sportello@centro.example"}, Body: "<p>Gentile Marco, corrette le prime due schede; la terza riguarda un servizio gestito dall'Unione e nel nostro back office il campo non è modificabile. Come dobbiamo procedere?</p><p>Allego una schermata.</p>", Quoted: "<p>Il 20 novembre Marco Bianchi ha scritto: …</p>", QuotedName: "Cronologia citata e firma", Attachments: []attachment{{4, "schermata-backoffice.png", "image/png", 186_000, "", false}}, Original: true, Unread: true}},
			{Message: &message{ID: 9, Kind: "reply", Author: *marco, Address: "sportello@centro.example", Channel: "mail", At: before(time.Minute), To: []string{address}, Body: "<p>Un momento, verifico.</p>", Delivery: &delivery{ID: 9, State: "queued", At: before(time.Minute), NextTry: sampleNow.Add(4 * time.Minute), Reason: "Il server ha chiesto di riprovare.", Tries: 1}}},
		},
		Composer: sampleComposer(),
		States:   []option{{"open", "Aperto", true}, {"waiting_org", "In attesa dell'ente", false}, {"waiting_third", "In attesa di terzi", false}, {"answered", "Risposto", false}, {"closed", "Chiuso", false}, {"spam", "Spam", false}, {"out_of_scope", "Non di competenza", false}},
		Owners:   []option{{"", "Nessuno", false}, {"1", "Marco Bianchi (io)", true}, {"2", "Anna Colombo", false}},
		Snooze:   []option{{"domani", "Domani, mer 25 nov, 9:00", false}, {"lunedi", "Lunedì, 30 nov, 9:00", false}, {"settimana", "Fra una settimana, 1 dic, 9:00", false}}, MinDate: "2026-11-25",
		Classified: sampleClassified(), InView: "da-classificare",
		Channel: "pec", Mailbox: "sportello@pec.centro.example", OpenedAt: before(114 * time.Hour),
		Sender:  contact{Name: "Paolo Brambilla", Address: address},
		Others:  []ticketLink{{Number: "2026-002211", Subject: "pagoPA: quali servizi contano", State: "waiting_org"}, {Number: "2026-001987", Subject: "PDND: e-service in collaudo", State: "closed"}},
		Related: []ticketLink{{Number: "2026-001400", Subject: "Asseverazione 1.4.1", State: "closed"}}, OthersURL: "/quesiti?q=brambilla",
	}
}

// sampleNewTicket is a long question that has got nothing but our acknowledgement.
func sampleNewTicket() ticketPage {
	p := sampleTicket()
	p.State, p.Owner = "new", nil
	p.Entries = []entry{
		{Message: &message{ID: 1, Kind: "inbound", Author: person{Name: "Paolo Brambilla"}, Address: "p.brambilla@comune.example", Channel: "mail", At: before(2 * time.Hour),
			To: []string{"sportello@centro.example"}, Body: template.HTML(strings.Repeat("<p>Un altro capoverso del quesito.</p>", 60)), Original: true}},
		{Message: &message{ID: 2, Kind: "system", Author: person{Name: "Sportello PNRR"}, Address: "sportello@centro.example", Channel: "mail", At: before(2 * time.Hour),
			To: []string{"p.brambilla@comune.example"}, Body: "<p>Abbiamo ricevuto la Sua richiesta.</p>", Automatic: true, Original: true}},
	}
	return p
}

// sampleState is a page in one of its states.
type sampleState struct {
	name, page string // name of the state, of the template
	data       any
}

func samples() []sampleState {
	filtered := sampleQueue()
	filtered.Rows, filtered.NextURL, filtered.Filtered, filtered.Text, filtered.Total, filtered.ClearURL = nil, "", true, "zzz", -1, "/quesiti?vista=aperti"
	stopped := sampleQueue()
	stopped.Rows, stopped.PrevURL, stopped.NextURL = stopped.Rows[:3], "/quesiti?prima=a", ""
	stopped.MoreURL, stopped.Scanned, stopped.Total, stopped.Text, stopped.Filtered = "/quesiti?dopo=b", 20000, -1, "cup", true
	trouble1 := sampleQueue()
	trouble1.Demo, trouble1.Flash = true, "Quesito 2026-002630 chiuso."
	trouble1.Full = "Lo spazio su disco del server è quasi esaurito: la posta resta nella casella e sarà presa da sola quando lo spazio torna. Avvisa chi gestisce il server."
	trouble1.Trouble = []trouble{{"sportello@pec.centro.example", "Password rifiutata dal server", before(2 * time.Hour)}}
	empty := sampleQueue()
	empty.page, empty.Rows, empty.NextURL, empty.Total = samplePage("Assegnati a me", "mie"), nil, "", 0

	triage := sampleQueue()
	triage.View, triage.Title, triage.Classify = "da-classificare", "Da classificare", true
	measures := measuresPage{page: samplePage("Misure del quesito 2026-002640", ""), Number: "2026-002640", Subject: "Asseverazione 1.4.1", Classified: sampleClassified()}

	conflict := sampleTicket()
	conflict.Composer.Conflict = true
	measure := sampleTicket()
	measure.Composer.Measure.Ask, measure.Composer.MeasureAsked = true, true
	invalid := sampleTicket()
	invalid.Composer.Error, invalid.Composer.Refiles, invalid.Composer.Cc = "L'indirizzo «p.brambilla@» non è completo.", true, "p.brambilla@"
	invalid.Alert = "Lo stato era già cambiato: ora è Aperto."
	missing := sampleTicket()
	missing.Composer.Missing, missing.Composer.Preview = true, "<p>Gentile <strong>dott. Brambilla</strong></p>"
	note := sampleTicket()
	note.Composer.Kind, note.Composer.Text = "note", "Da sentire con il fornitore."
	closed := sampleTicket()
	closed.State, closed.Composer.Folded, closed.Composer.Text = "closed", true, ""
	merged := sampleTicket()
	merged.State, merged.MergedInto, merged.Composer.Off = "merged", "2026-002600", "In un quesito unito non si scrive: vai a 2026-002600."
	snoozed := sampleTicket()
	snoozed.State, snoozed.SnoozedUntil, snoozed.Owner, snoozed.Sender.Unverified, snoozed.CanTake = "snoozed", sampleNow.Add(23*time.Hour), nil, true, true

	list := []sampleState{
		{"coda", "coda", sampleQueue()}, {"coda-filtro-vuoto", "coda", filtered}, {"coda-ricerca", "coda", stopped},
		{"coda-avvisi", "coda", trouble1}, {"coda-classificare", "coda", triage},
		{"misure", "misure", measures}, {"misure_scelta", "misure_scelta", measures}, {"coda-vuota", "coda", empty},
		{"quesito", "quesito", sampleTicket()}, {"quesito-conflitto", "quesito", conflict}, {"quesito-errore", "quesito", invalid}, {"quesito-misura", "quesito", measure},
		{"quesito-allegato", "quesito", missing}, {"quesito-nota", "quesito", note}, {"quesito-chiuso", "quesito", closed},
		{"quesito-unito", "quesito", merged}, {"quesito-nuovo", "quesito", sampleNewTicket()}, {"quesito-rinviato", "quesito", snoozed},
	}
	return append(list, otherSamples()...)
}

func otherSamples() []sampleState {
	roleOptions := []option{{"expert", "Esperto", true}, {"coordinator", "Coordinatore", false}, {"admin", "Amministratore", false}, {"observer", "Osservatore", false}}
	fresh := newTicketPage{page: samplePage("Nuovo quesito", ""), Key: "k", Channels: []option{{"phone", "Telefono", true}, {"desk", "Sportello", false}}, Mailboxes: []option{{"1", "Sportello PNRR (sportello@centro.example)", true}, {"2", "PEC (sportello@pec.centro.example)", false}}}
	wrong := fresh
	wrong.Name, wrong.Email, wrong.Errors = "Lucia Ferri", "lucia@", map[string]string{"": "Controlla i campi segnati.", "email": "L'indirizzo non è completo.", "oggetto": "Scrivi l'oggetto.", "testo": "Scrivi che cosa chiede.", "nome": "Scrivi chi chiede.", "canale": "Scegli come è arrivata.", "telefono": "Il numero non è valido."}
	outbox := outboxPage{page: samplePage("Posta in uscita", ""), Tabs: []tab{{"Da sistemare", "/posta/uscita", true}, {"In coda", "/posta/uscita?vista=coda", false}, {"Inviate", "/posta/uscita?vista=inviate", false}}, NextURL: "/posta/uscita?dopo=x", PrevURL: "/posta/uscita?prima=x",
		Rows: []outboxRow{
			{7, "2026-002640", "Re: Asseverazione 1.4.1", []string{"p.brambilla@comune.example"}, false, before(48 * time.Hour), delivery{ID: 7, State: "unknown", At: before(48 * time.Hour), CanSettle: true, Reason: "Il collegamento è caduto dopo l'invio del testo."}},
			{6, "2026-002639", "Re: PDND", []string{"g.sala@comune.example", "ced@comune.example"}, false, before(49 * time.Hour), delivery{ID: 6, State: "failed", CanRetry: true, Tries: 3, Reason: "La casella ha rifiutato il messaggio: indirizzo sconosciuto."}},
			{9, "2026-002641", "Abbiamo ricevuto il suo quesito", []string{"ufficio@comune.example"}, true, before(time.Minute), delivery{ID: 9, State: "queued", NextTry: sampleNow.Add(4 * time.Minute)}},
			{10, "", "Prova", []string{"x@comune.example"}, true, before(time.Hour), delivery{ID: 10, State: "held"}},
		}}
	quarantine := quarantinePage{page: samplePage("Quarantena", ""), Rows: []quarantineRow{
		{1, "sportello@centro.example", "Invio documentazione SAL", before(3 * time.Hour), 84_000_000, "oversized", "Supera il limite di 50 MB. L'originale è nella casella.", 1, false, ""},
		{2, "sportello@pec.centro.example", "", before(26 * time.Hour), 12_000, "parked", "La lettura si è interrotta tre volte.", 3, true, "/posta/quarantena/2/eml"},
	}, Cut: true}
	users := usersPage{page: samplePage("Utenti", ""), Roles: roleOptions, PasswordFor: 3, Errors: map[string]string{"nuova": "La password è troppo comune.", "email": "C'è già una persona con questo indirizzo.", "nome": "Scrivi il nome.", "password": "Troppo corta.", "": "Controlla i campi segnati."}, Name: "Ada", Email: "anna.colombo@sportello.example",
		Rows: []userRow{
			{1, "Marco Bianchi", "marco.bianchi@sportello.example", "admin", roleOptions, false, true, before(8 * time.Minute), 12},
			{2, "Anna Colombo", "anna.colombo@sportello.example", "coordinator", roleOptions, false, false, before(30 * time.Hour), 8},
			{3, "Elena Russo", "elena.russo@sportello.example", "expert", roleOptions, false, false, time.Time{}, 1},
			{4, "Paolo Fontana", "paolo.fontana@sportello.example", "expert", roleOptions, true, false, before(900 * time.Hour), 0},
		}}
	from := ticketLink{"2026-002641", "CUP non allineato su ReGiS", "new", "Comune di Treviglio", before(time.Hour), 2}
	target := ticketLink{"2026-002600", "CUP e ReGiS", "open", "Comune di Treviglio", before(90 * time.Hour), 5}
	search := mergePage{page: samplePage("Unisci il quesito 2026-002641", ""), From: from, Candidates: []ticketLink{target, from}, Query: "2026-9", Error: "Nessun quesito con questo numero."}
	confirm := mergePage{page: search.page, From: from, Target: &target}
	broken := errorPage{page: samplePage("", ""), Status: 500, Code: "4F7K-22QD"}
	declared := samplePublic("Accessibilità")
	declared.Statement = "https://form.agid.example/view/123"
	return []sampleState{
		{"accesso", "accesso", loginPage{page: samplePublic("Accedi")}},
		{"accesso-errore", "accesso", loginPage{page: samplePublic("Accedi"), Email: "marco.bianchi@sportello.example", Error: "E-mail o password non corretti.", Expired: true, Return: "/quesiti"}},
		{"accesso_prova", "accesso_prova", loginLinkPage{page: samplePublic("Accesso di prova"), Name: "Marco Bianchi", Role: "expert", Code: "ABC"}},
		{"profilo", "profilo", profilePage{page: samplePage("Profilo", ""), Errors: map[string]string{"attuale": "Non è la password attuale.", "nuova": "Troppo comune.", "": "Controlla i campi segnati."}}},
		{"nuovo", "nuovo", fresh}, {"nuovo-errori", "nuovo", wrong},
		{"uscita", "uscita", outbox}, {"quarantena", "quarantena", quarantine}, {"utenti", "utenti", users},
		{"unisci", "unisci", search}, {"unisci-conferma", "unisci", confirm},
		{"originale", "originale", originalPage{page: samplePage("Messaggio originale", ""), ID: 4, Number: "2026-002640", Subject: "Asseverazione", From: "Paolo Brambilla <p.brambilla@comune.example>", At: before(2 * time.Hour)}},
		{"errore-404", "errore", errorPage{page: samplePublic(""), Status: 404}},
		{"errore-500", "errore", broken},
		{"errore-401", "errore", errorPage{page: samplePublic(""), Status: 401, Message: "La sessione è scaduta. Accedi in un'altra scheda, poi torna qui indietro e riprova.", Typed: "Gentile dott. Brambilla,\n\nper la scheda gestita dall'Unione…"}},
		{"privacy", "privacy", privacyPage{page: samplePublic("Privacy"), Controller: "Centro di Competenza PNRR", Email: "privacy@centro.example",
			DPO: "rpd@centro.example", Retention: "I dati sono conservati per dieci anni."}},
		{"accessibilita", "accessibilita", accessibilityPage{page: declared, Email: "accessibilita@centro.example"}},
		{"anteprima", "anteprima", previewFragment{Body: template.HTML("<p>Ciao</p>")}},
		{"contatori", "contatori", countersFragment{Views: newViews(map[string]int{"mie": 3})}},
	}
}
