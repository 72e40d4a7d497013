package web

import (
	"strings"

	"sportello/helpdesk"
)

// taggedWords say what a person decided of measures and topics, or what the
// desk proposed. The detail names only what it is about; the same before and
// after is a proposal that was confirmed.
func taggedWords(d helpdesk.Detail, actor string, names eventNames) string {
	var said []string
	if main, ok := d["main_to"]; ok {
		same := d["measures_from"] == d["measures_to"] && d["main_from"] == main && main != "0"
		said = append(said, measureWords(d, actor, same, names.measures))
	}
	if topics, ok := d["topics_to"]; ok {
		said = append(said, topicWords(namesOf(topics, names.topics), actor, d["topics_from"] == topics))
	}
	return strings.Join(said, " e ")
}

func measureWords(d helpdesk.Detail, actor string, same bool, names map[int64]string) string {
	main := namesOf(d["main_to"], names)
	if len(main) == 0 {
		return actorOr(actor, "ha indicato che non c'è una misura", "Nessuna misura")
	}
	text := actorOr(actor, "ha indicato la misura ", "Misura proposta: ")
	if same && actor != "" {
		text = "ha confermato la misura "
	}
	text += main[0]
	if others := namesOf(d["measures_to"], names); len(others) > 1 {
		var rest []string
		for _, name := range others {
			if name != main[0] {
				rest = append(rest, name)
			}
		}
		text += ", oltre a " + strings.Join(rest, ", ")
	}
	return text
}

func topicWords(topics []string, actor string, same bool) string {
	if len(topics) == 0 {
		return actorOr(actor, "ha tolto i temi", "Nessun tema")
	}
	noun := "il tema "
	if len(topics) > 1 {
		noun = "i temi "
	}
	switch {
	case actor == "":
		return "Proposto " + noun + strings.Join(topics, "; ")
	case same:
		return "ha confermato " + noun + strings.Join(topics, "; ")
	}
	return "ha indicato " + noun + strings.Join(topics, "; ")
}

// namesOf are the words for ids joined by spaces; an id that nobody knows any
// more stands as its number, and 0 for nothing.
func namesOf(ids string, names map[int64]string) (all []string) {
	for word := range strings.FieldsSeq(ids) {
		if word == "0" {
			continue
		}
		if name := names[parseID(word)]; name != "" {
			word = name
		}
		all = append(all, word)
	}
	return all
}
