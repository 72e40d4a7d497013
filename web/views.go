package web

// maxCount is where counters stop: «1.000+».
const maxCount = 1000

// view is a line of the left column.
type view struct {
	Key, Label, Icon string
	Title            string // heading of its page where the label is too short for it
	Count            int    // -1 shows none
}

// queueViews lists the views in the order of the left column; Icon names symbols of the sprite.
var queueViews = []view{
	{Key: "mie", Label: "Assegnati a me", Icon: "user"},
	{Key: "non-assegnati", Label: "Non assegnati", Icon: "inbox"},
	{Key: "da-classificare", Label: "Da classificare", Icon: "bookmark"},
	{Key: "da-leggere", Label: "Risposte da leggere", Icon: "mail-open"},
	{Key: "attesa-ente", Label: "In attesa dell'ente", Icon: "clock"},
	{Key: "aperti", Label: "Tutti gli aperti", Icon: "list"},
	{Key: "automatici", Label: "Automatici", Icon: "settings"},
	{Key: "chiusi", Label: "Chiusi", Title: "Risposti e chiusi", Icon: "check-circle"},
}

// newViews is queueViews with counters; a key without one shows none.
func newViews(counts map[string]int) []view {
	views := make([]view, len(queueViews))
	for i, v := range queueViews {
		v.Count = -1
		if n, ok := counts[v.Key]; ok {
			v.Count = n
		}
		views[i] = v
	}
	return views
}
