package web

import (
	"strconv"
	"time"

	"sportello/helpdesk"
)

// appendEvent adds an event's thin line. Events that a message of the thread
// already shows, and those that concern no reader, have none.
func appendEvent(entries []entry, e helpdesk.EventView, names eventNames) []entry {
	icon, text := eventWords(e, names)
	if text == "" {
		return entries
	}
	return append(entries, entry{Event: &eventLine{Icon: icon, Who: e.Actor, Text: text, At: e.At}})
}

// eventNames are the words for the ids that events keep.
type eventNames struct{ users, measures, topics map[int64]string }

func newEventNames(staff []helpdesk.User, all helpdesk.Taxonomy) eventNames {
	names := eventNames{map[int64]string{}, map[int64]string{}, map[int64]string{}}
	for _, u := range staff {
		names.users[u.ID] = u.Name
	}
	for _, m := range all.Measures {
		names.measures[m.ID] = m.Label()
	}
	for _, t := range all.Topics {
		names.topics[t.ID] = t.Label
	}
	return names
}

func eventWords(e helpdesk.EventView, names eventNames) (icon, text string) {
	d := e.Detail
	switch e.Kind {
	case helpdesk.EventState:
		return "refresh", actorOr(e.Actor, "ha cambiato lo stato in ", "Stato cambiato in ") + helpdesk.State(d["to"]).Label()
	case helpdesk.EventAssigned:
		return "user", assignedWords(d, e.Actor, names.users)
	case helpdesk.EventSnoozed:
		return "rinvia", "ha rinviato il quesito" + untilWords(d["until"])
	case helpdesk.EventWoken:
		return "clock", "Il quesito rinviato è tornato in coda"
	case helpdesk.EventMerged:
		return "link", actorOr(e.Actor, "ha unito", "Unito") + " il quesito " + d["from"] + " a " + d["into"]
	case helpdesk.EventLinked:
		return "link", "Possibile seguito di un altro quesito"
	case helpdesk.EventBlocked:
		return "warning-circle", "ha bloccato il mittente"
	case helpdesk.EventUnblocked:
		return "info-circle", "ha sbloccato il mittente"
	case helpdesk.EventAsker:
		return "user", "ha scelto come mittente chi aveva scritto il messaggio inoltrato"
	case helpdesk.EventTagged:
		return "check", taggedWords(d, e.Actor, names)
	case helpdesk.EventOutgoing:
		if state := helpdesk.OutgoingState(d["state"]); state == helpdesk.OutgoingFailed || state == helpdesk.OutgoingUnknown {
			return "warning-circle", "Invio: " + deliveryLabel(string(state))
		}
	}
	return "", ""
}

func actorOr(actor, with, without string) string {
	if actor == "" {
		return without
	}
	return with
}

func assignedWords(d helpdesk.Detail, actor string, names map[int64]string) string {
	to, _ := strconv.ParseInt(d["to"], 10, 64)
	switch name := names[to]; {
	case to == 0:
		return actorOr(actor, "ha tolto l'assegnazione", "Assegnazione tolta")
	case name == actor && name != "":
		return "ha preso in carico il quesito"
	case name != "":
		return actorOr(actor, "ha assegnato il quesito a ", "Assegnato a ") + name
	}
	return actorOr(actor, "ha assegnato il quesito", "Assegnato") + " a un altro collega"
}

func untilWords(until string) string {
	at, err := time.Parse(time.RFC3339, until)
	if err != nil {
		return ""
	}
	return " " + toThe(at) + dateTime(at)
}
