package mime

// Limits of what is read of one message. They bound memory and work whatever the message says; they
// are far above what ordinary mail needs.
const (
	maxDepth       = 20        // nested multiparts and messages
	maxParts       = 1000      // parts of a message with those of the messages inside it
	maxHeader      = 256 << 10 // bytes of one header block
	maxFields      = 1000      // fields of one header block
	maxField       = 64 << 10  // bytes of one field
	maxAddresses   = 1000      // addresses or message ids of one kind of field
	maxBoundary    = 2048      // bytes; RFC 2046 allows 70
	minOpened      = 4 << 20   // bytes taken out of containers; twice the message where that is more
	maxFilename    = 255       // bytes, what file systems take
	maxMessageID   = 998       // bytes, a line of RFC 5322
	maxIndentation = 10        // levels of quotes or lists shown when HTML becomes text
)

// What Message.Problems says. The sentences are shown to the desk, so they are Italian, and they hold
// nothing that a sender wrote.
const (
	ProblemEmpty          = "Il messaggio è vuoto."
	ProblemMbox           = "Il messaggio comincia con una riga «From » di un archivio mbox."
	ProblemHeaderLine     = "Una o più righe dell'intestazione non sono leggibili."
	ProblemNoHeader       = "Il messaggio non ha un'intestazione."
	ProblemHeaderLimit    = "L'intestazione è troppo lunga: è stata letta solo in parte."
	ProblemFrom           = "Il mittente manca o non è leggibile."
	ProblemSeveralFrom    = "Il messaggio indica più di un mittente."
	ProblemAddressLimit   = "Gli indirizzi sono troppi: sono stati letti solo in parte."
	ProblemMessageID      = "Il Message-ID manca o non è leggibile."
	ProblemDate           = "La data manca o non è leggibile."
	ProblemContentType    = "Il tipo di una parte non è leggibile."
	ProblemTransfer       = "La codifica di trasporto di una parte è sconosciuta: la parte è stata letta così com'è."
	ProblemDamaged        = "Una parte è danneggiata: è stato tenuto ciò che si leggeva."
	ProblemCharset        = "Il set di caratteri indicato è sconosciuto o sbagliato: il testo è stato letto per tentativi."
	ProblemNotText        = "Una parte indicata come testo non è leggibile come tale: è fra gli allegati."
	ProblemBoundary       = "Il separatore delle parti manca o è sbagliato: le parti sono state cercate nel testo."
	ProblemNoParts        = "Il messaggio si dichiara in più parti ma non ne contiene: è stato letto come testo."
	ProblemUnclosed       = "Il messaggio è incompleto: manca la chiusura delle parti."
	ProblemDepth          = "Il messaggio è annidato troppo in profondità: il resto è in un allegato."
	ProblemParts          = "Il messaggio ha troppe parti: il resto è in un allegato."
	ProblemPartial        = "È solo un pezzo di un messaggio spedito diviso: il resto è in altri messaggi."
	ProblemExternal       = "Un allegato non è nel messaggio: vi si dice soltanto dove si trova."
	ProblemBareCR         = "Le righe del messaggio terminano con il solo ritorno a capo (CR)."
	ProblemEncrypted      = "Il messaggio, o un suo allegato, è cifrato e qui non si può aprire: chiedi al mittente di inviarlo non cifrato."
	ProblemTransferNested = "Un messaggio allegato dichiara una codifica che non usa."
)
