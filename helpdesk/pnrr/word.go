package pnrr

// kind is what a word before a number says about it.
type kind struct {
	letter  byte // 'I' or 'R' in the code, 0: the word says nothing
	integer bool // a whole number after it may be a CID, «Investimento 4»
	bare    bool // names a measure by its number alone, «misura 1.4.3»
	claimed bool // and a component may stand after it, «Inv. 2.1 della M5C2»
}

// kinds are the words between the parts of a code. «Misura 2» is a heading of
// the plan, never a CID; a call («avviso 1.2») goes by the bare number of the
// digital measures and belongs to no component named elsewhere.
func kindOf(word []byte) (kind, bool) {
	switch string(word) {
	case "i", "ii", "l", "inv", "lnv", "inves", "invest", "investim", "investimento", "investimenti", "subinvestimento":
		return kind{letter: 'I', integer: true, bare: len(word) > 2, claimed: len(word) > 2}, true
	case "r", "rif", "riforma":
		return kind{letter: 'R', integer: true, bare: len(word) > 3, claimed: len(word) > 3}, true
	case "mis", "misura", "misure", "submisura", "sottomisura":
		return kind{bare: true, claimed: true}, true
	case "avviso", "avvisi", "bando":
		return kind{bare: true}, true
	case "int", "interv", "intervento", "linea", "azione", "sub", "sotto":
		return kind{}, true
	}
	return kind{}, false
}

// isFiller says that a word may stand between a word of kindOf and its number.
func isFiller(word []byte) bool {
	switch string(word) {
	case "n", "nr", "num", "numero", "pnrr", "pubblico", "pubblici", "di", "d", "to": // «linea d'investimento», «inv.to»
		return true
	}
	return false
}

// isConnector says that a word ties a measure to the component after it:
// «Investimento 2.1 della M5C2».
func isConnector(word []byte) bool {
	switch string(word) {
	case "del", "della", "dell", "di", "de", "in", "nell", "nella", "ambito", "pnrr", "missione", "componente", "misura", "piano":
		return true
	}
	return false
}

// isTitle says that a word may stand in the official title of a mission or
// component or over a group of investments, or in what is printed beside it («finanziato dall'Unione
// europea – NextGenerationEU»). Between a component and the measure after it
// only these count: with «M4C1, asilo nido, e misura 1.2» the officer means
// two different things.
func isTitle(word []byte) bool { return titleWords[string(word)] }

var titleWords = setOf(
	// what joins them
	"e", "ed", "il", "la", "le", "per", "del", "dell", "della", "degli", "dei", "di", "da", "dal", "dall", "dalla", "dagli", "alla", "alle", "all", "l", "una", "nel", "nella", "sulla", "d",
	"missione", "componente", "misura", "investimento", "ambito", "asse", "pnrr", "piano", "finanziato", "unione", "europea", "nextgenerationeu", "next", "generation", "eu", "ue", "c", "m",
	// missions
	"digitalizzazione", "innovazione", "competitivita", "cultura", "rivoluzione", "verde", "transizione", "ecologica",
	"infrastrutture", "mobilita", "sostenibile", "istruzione", "ricerca", "inclusione", "coesione", "salute", "repowereu",
	// components, and the headings in them
	"sicurezza", "pa", "pubblica", "amministrazione", "cittadinanza", "digitale", "digitali", "sistema", "produttivo", "turismo",
	"economia", "circolare", "agricoltura", "energia", "rinnovabile", "idrogeno", "rete", "efficienza", "energetica", "riqualificazione", "edifici", "tutela", "territorio", "risorsa", "idrica",
	"investimenti", "ferroviaria", "intermodalita", "logistica", "integrata",
	"potenziamento", "offerta", "servizi", "asili", "nido", "universita", "impresa",
	"politiche", "lavoro", "sociali", "famiglie", "comunita", "terzo", "settore", "interventi", "speciali", "territoriale",
	"rigenerazione", "piccoli", "siti", "culturali", "patrimonio", "culturale", "religioso", "rurale", "urbana", "housing", "sociale",
	"migliorare", "capacita", "gestione", "efficiente", "rifiuti", "paradigma",
	"prevenire", "contrastare", "gli", "effetti", "cambiamento", "climatico", "sui", "fenomeni", "dissesto", "idrogeologico", "vulnerabilita",
	"miglioramento", "qualitativo", "ampliamento", "quantitativo", "formazione", "strategia", "aree", "interne",
	"reti", "prossimita", "strutture", "telemedicina", "assistenza", "sanitaria", "servizio", "sanitario", "nazionale",
)

func setOf(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// ordinal reads how missions and components are counted.
func ordinal(word []byte) int {
	switch string(word) {
	case "i", "l", "prima", "uno":
		return 1
	case "ii", "seconda", "due":
		return 2
	case "iii", "terza", "tre":
		return 3
	case "iv", "quarta", "quattro":
		return 4
	case "v", "quinta", "cinque":
		return 5
	case "vi", "sesta", "sei":
		return 6
	case "vii", "settima", "sette":
		return 7
	}
	return 0
}

// componentsOf is how many components each mission has (domain.md §1.1).
var componentsOf = [...]int{1: 3, 2: 4, 3: 2, 4: 2, 5: 3, 6: 2, 7: 1}

func isComponent(mission, component int) bool {
	return 0 < mission && mission < len(componentsOf) && 0 < component && component <= componentsOf[mission]
}
