package classify

// What comes to the desk besides questions on projects may use the very words
// of a measure: «arredi per asili nido». Two such signs and words count no more.

var (
	adverts = lexiconOf(
		"la nostra azienda", "azienda leader", "leader nel settore", "siamo un'azienda", "catalogo", "sconto", "sconti", "preventivo gratuito",
		"preventivo senza impegno", "offerta commerciale", "listino", "clicca qui", "demo", "newsletter", "disiscriviti", "annulla iscrizione",
		"cancellare iscrizione", "chiavi in mano", "proponiamo", "propone ai comuni", "i nostri prodotti", "le nostre soluzioni", "nostri servizi",
		"costo zero", "promozione", "in esclusiva", "società di consulenza", "affianchiamo", "brochure", "presentazione dei nostri servizi", "supportiamo i comuni", "senza impegno", "nostro consulente", "prodotti e servizi", "webinar gratuito", "iscriviti", "gratuitamente")
	applications = lexiconOf(
		"curriculum", "curriculum vitae", "allego cv", "mio cv", "colloquio di lavoro", "colloqui di lavoro", "candidarmi", "mi candido", "mia candidatura",
		"candidatura spontanea", "concorso pubblico", "concorso per", "esperienza lavorativa", "anni di esperienza", "cerco lavoro", "posizione lavorativa",
		"selezione del personale", "disponibile a lavorare", "tirocinio curriculare", "graduatoria del concorso", "sono una studentessa", "sono uno studente", "tesi di laurea", "svolgere il tirocinio", "stage", "presso di voi", "ingegneria", "prova scritta", "prova orale", "opportunità di lavoro")
	events = lexiconOf("webinar", "iscrizione al", "iscrivere", "iscriversi", "evento", "convegno", "seminario", "partecipazione", "confermo la presenza", "conferma presenza",
		"rassegna stampa", "buona lettura", "articolo", "convocazione", "assemblea dei sindaci", "odg", "ordine del giorno", "varie ed eventuali", "inaugurazione", "resteranno chiusi", "chiusura uffici", "save the date", "posti limitati")
	citizens = lexiconOf("sono una mamma", "sono un papà", "sono un genitore", "sono un cittadino", "sono una cittadina", "sono residente", "mia figlia", "mio figlio",
		"i miei figli", "mio marito", "mia moglie", "mio padre", "mia madre", "mia nipote", "ho ricevuto una multa", "la mia pratica", "doppia iscrizione", "abito in via", "sotto casa")
	invoices = lexiconOf(
		"in allegato la fattura", "si trasmette la fattura", "sollecito pagamento fattura", "fattura scaduta", "estratto conto", "pagamento della fattura scaduta", "iban in calce", "scadenza rinnovo dominio")
)

func lexiconOf(phrases ...string) lexicon {
	l := lexicon{}
	for _, p := range phrases {
		l.add(0, weak, p)
	}
	return l
}

// unasked says in Italian why a text is no question about a project, or "".
func unasked(r *reading) string {
	switch {
	case len(distinct(adverts, r)) >= 2:
		return "sembra un'offerta commerciale"
	case len(distinct(applications, r)) >= 2:
		return "sembra una candidatura di lavoro"
	case len(distinct(events, r)) >= 2:
		return "sembra un invito o una notizia"
	case len(distinct(citizens, r)) >= 1:
		return "sembra la richiesta di un cittadino"
	case len(distinct(invoices, r)) >= 1 && !r.speaksOf(rendering):
		return "sembra una fattura o un sollecito di pagamento"
	}
	return ""
}

var rendering = stemSet("rendicontazione rendicontare regis ammissibile pnrr cup")

func distinct(l lexicon, r *reading) map[string]bool {
	m := map[string]bool{}
	for _, h := range l.find(r) {
		m[h.key()] = true
	}
	return m
}

// several reports whether the text says that it is about more than one project.
func several(r *reading) bool {
	return len(distinct(pairs, r)) > 0
}

var pairs = lexiconOf("due progetti", "due interventi", "due cup", "due bandi", "due avvisi", "due misure", "due finanziamenti", "due contributi", "due opere",
	"due domande", "due richieste", "entrambi", "entrambe", "ambedue", "unica gara", "unica richiesta", "unica domanda", "unica procedura", "unico appalto",
	"unico contratto", "unico appaltatore", "unica fattura", "fattura unica", "contratto unico", "gara unica", "cartellone unico", "un solo rup", "sola gara",
	"solo direttore", "solo rup", "cup distinti", "gare distinte", "determine distinte", "doppio finanziamento", "stesso edificio", "stesso appaltatore",
	"stesso plesso", "stesso fornitore", "stessa gara", "stessa ditta", "cumulabile", "cumulare", "cumulo", "sia il", "sia la", "sia quello")
