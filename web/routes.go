package web

import (
	"net/http"

	"sportello/helpdesk"
)

// route is one address. Every address is in the table below; the test of
// permissions is generated from it.
type route struct {
	method, path string
	action       helpdesk.Action // what Can must allow; "" for everybody, signed in or not
	handle       handler
	body         int64 // limit of the request's body in bytes, 0: formLimit
	noSession    bool  // nothing of the session is looked at
}

const (
	formLimit   = 1 << 20
	loginLimit  = 16 << 10
	uploadLimit = -1 // Config.MaxUpload and room for the form around it

	eventsPath = "/eventi"
)

// bodyLimit resolves uploadLimit.
func (s *Server) bodyLimit(limit int64) int64 {
	if limit == uploadLimit {
		return s.config.MaxUpload + formLimit
	}
	return limit
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is every address of the desk.
var routes = []route{
	{method: get, path: "/", handle: (*Server).home},
	{method: get, path: "/accesso", handle: (*Server).showLogin},
	{method: post, path: "/accesso", handle: (*Server).login, body: loginLimit},
	{method: get, path: "/accesso/prova/:codice", handle: (*Server).showLoginLink},
	{method: post, path: "/accesso/prova/:codice", handle: (*Server).useLoginLink, body: loginLimit},
	{method: post, path: "/esci", action: helpdesk.ActOwn, handle: (*Server).logout, body: loginLimit},

	{method: get, path: "/quesiti", action: helpdesk.ActSee, handle: (*Server).showQueue},
	{method: get, path: "/quesiti/nuovo", action: helpdesk.ActWork, handle: (*Server).showNewTicket},
	{method: post, path: "/quesiti/nuovo", action: helpdesk.ActWork, handle: (*Server).createTicket},
	{method: get, path: "/quesiti/:numero", action: helpdesk.ActSee, handle: (*Server).showTicket},
	{method: post, path: "/quesiti/:numero/risposte", action: helpdesk.ActWork, handle: (*Server).reply, body: uploadLimit},
	{method: post, path: "/quesiti/:numero/note", action: helpdesk.ActWork, handle: (*Server).note, body: uploadLimit},
	{method: post, path: "/quesiti/:numero/stato", action: helpdesk.ActWork, handle: (*Server).setState},
	{method: post, path: "/quesiti/:numero/prendi", action: helpdesk.ActWork, handle: (*Server).take},
	{method: post, path: "/quesiti/:numero/assegna", action: helpdesk.ActAssign, handle: (*Server).assign},
	{method: post, path: "/quesiti/:numero/rinvia", action: helpdesk.ActWork, handle: (*Server).snooze},
	{method: get, path: "/quesiti/:numero/misure", action: helpdesk.ActSee, handle: (*Server).showMeasures},
	{method: post, path: "/quesiti/:numero/misure", action: helpdesk.ActWork, handle: (*Server).setMeasures},
	{method: post, path: "/quesiti/:numero/temi", action: helpdesk.ActWork, handle: (*Server).setTopics},
	{method: post, path: "/quesiti/:numero/conferma", action: helpdesk.ActWork, handle: (*Server).confirmProposals},
	{method: get, path: "/quesiti/:numero/unisci", action: helpdesk.ActWork, handle: (*Server).showMerge},
	{method: post, path: "/quesiti/:numero/unisci", action: helpdesk.ActWork, handle: (*Server).merge},
	{method: post, path: "/quesiti/:numero/spam", action: helpdesk.ActWork, handle: (*Server).spam},
	{method: post, path: "/quesiti/:numero/sblocca", action: helpdesk.ActWork, handle: (*Server).unblock},
	{method: post, path: "/quesiti/:numero/mittente", action: helpdesk.ActWork, handle: (*Server).useForwarded},
	{method: post, path: "/quesiti/:numero/letto", action: helpdesk.ActSee, handle: (*Server).markRead},
	{method: post, path: "/anteprima", action: helpdesk.ActWork, handle: (*Server).preview},

	{method: get, path: "/messaggi/:id", action: helpdesk.ActSee, handle: (*Server).showOriginal},
	{method: get, path: originalPath, action: helpdesk.ActSee, handle: (*Server).showOriginalBody},
	{method: get, path: "/messaggi/:id/eml", action: helpdesk.ActSee, handle: (*Server).downloadMessage},
	{method: get, path: "/allegati/:id", action: helpdesk.ActSee, handle: (*Server).downloadAttachment},

	{method: get, path: "/posta/uscita", action: helpdesk.ActSettle, handle: (*Server).showOutbox},
	{method: post, path: "/posta/uscita/:id/riprova", action: helpdesk.ActSettle, handle: (*Server).retryOutgoing},
	{method: post, path: "/posta/uscita/:id/arrivata", action: helpdesk.ActSettle, handle: (*Server).confirmOutgoing},
	{method: post, path: "/posta/uscita/:id/reinvia", action: helpdesk.ActSettle, handle: (*Server).retryOutgoing},
	{method: post, path: "/posta/uscita/libera", action: helpdesk.ActAdminister, handle: (*Server).releaseHolds},
	{method: get, path: "/posta/quarantena", action: helpdesk.ActQuarantine, handle: (*Server).showQuarantine},
	{method: get, path: "/posta/arrivata/:id/eml", action: helpdesk.ActSee, handle: (*Server).downloadRaw},
	{method: post, path: "/posta/quarantena/:id/riprova", action: helpdesk.ActQuarantine, handle: (*Server).retryRaw},

	{method: get, path: "/amministrazione/utenti", action: helpdesk.ActAdminister, handle: (*Server).showUsers},
	{method: post, path: "/amministrazione/utenti", action: helpdesk.ActAdminister, handle: (*Server).addUser},
	{method: post, path: "/amministrazione/utenti/:id/ruolo", action: helpdesk.ActAdminister, handle: (*Server).changeRole},
	{method: post, path: "/amministrazione/utenti/:id/stato", action: helpdesk.ActAdminister, handle: (*Server).changeActive},
	{method: post, path: "/amministrazione/utenti/:id/password", action: helpdesk.ActAdminister, handle: (*Server).changeUserPassword},

	{method: get, path: "/profilo", action: helpdesk.ActOwn, handle: (*Server).showProfile},
	{method: post, path: "/profilo", action: helpdesk.ActOwn, handle: (*Server).saveProfile},
	{method: post, path: "/profilo/password", action: helpdesk.ActOwn, handle: (*Server).changeOwnPassword},

	{method: get, path: eventsPath, action: helpdesk.ActSee, handle: (*Server).events},

	{method: get, path: "/privacy", handle: (*Server).showPrivacy},
	{method: get, path: "/accessibilita", handle: (*Server).showAccessibility},
	{method: get, path: "/healthz", handle: (*Server).health, noSession: true},
	{method: get, path: "/readyz", handle: (*Server).ready, noSession: true},
	{method: get, path: "/favicon.ico", handle: (*Server).favicon, noSession: true},
	{method: get, path: assetPrefix + "*file", handle: (*Server).assetFile, noSession: true},
}
