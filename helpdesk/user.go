package helpdesk

import (
	"slices"
	"time"
)

// User is a person of the desk.
type User struct {
	ID           int64
	Email        string // lower case, unique
	Name         string
	Role         Role
	PasswordHash string // PHC string; made and checked by web
	Signature    string
	Active       bool
	Shortcuts    bool // single-key shortcuts on (WCAG 2.1.4 wants a switch)
	CreatedAt    time.Time
	LastLoginAt  time.Time
}

// Role of a user.
type Role string

// The roles.
const (
	RoleAdmin       Role = "admin"
	RoleCoordinator Role = "coordinator"
	RoleExpert      Role = "expert"
	RoleObserver    Role = "observer" // sees statistics only
)

// Roles in the order of what they may do.
var Roles = []Role{RoleAdmin, RoleCoordinator, RoleExpert, RoleObserver}

var roleLabels = map[Role]string{RoleAdmin: "Amministratore", RoleCoordinator: "Coordinatore", RoleExpert: "Esperto", RoleObserver: "Osservatore"}

// Label is the Italian word for the role.
func (r Role) Label() string { return roleLabels[r] }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return roleLabels[r] != "" }

// Action is something that a person may or may not do.
type Action string

// The actions of architecture.md's table that exist so far.
const (
	ActSee        Action = "see"        // tickets, originals, attachments, organizations, contacts
	ActWork       Action = "work"       // answer, note, take, state, snooze, merge, spam
	ActAssign     Action = "assign"     // to others
	ActSettle     Action = "settle"     // retry or settle mail of unknown fate
	ActQuarantine Action = "quarantine" // see and retry parked mail
	ActRegistry   Action = "registry"   // write bodies and contacts
	ActFigures    Action = "figures"    // statistics and exports of figures
	ActExport     Action = "export"     // exports of tickets and messages
	ActCurate     Action = "curate"     // say which sources of answers hold no longer
	ActAdminister Action = "administer" // users, mailboxes, settings, restore holds
	ActOwn        Action = "own"        // drafts, sessions, profile: one's own
)

var permissions = map[Action][]Role{
	ActSee:        {RoleAdmin, RoleCoordinator, RoleExpert},
	ActWork:       {RoleAdmin, RoleCoordinator, RoleExpert},
	ActAssign:     {RoleAdmin, RoleCoordinator, RoleExpert},
	ActSettle:     {RoleAdmin, RoleCoordinator, RoleExpert},
	ActQuarantine: {RoleAdmin, RoleCoordinator, RoleExpert},
	ActRegistry:   {RoleAdmin, RoleCoordinator},
	ActFigures:    {RoleAdmin, RoleCoordinator, RoleExpert, RoleObserver},
	ActExport:     {RoleAdmin, RoleCoordinator},
	ActCurate:     {RoleAdmin, RoleCoordinator},
	ActAdminister: {RoleAdmin},
	ActOwn:        Roles,
}

// Can decides every permission. ownerID is the user to whom the object
// belongs; it counts only for ActOwn.
func Can(u User, a Action, ownerID int64) bool {
	if !u.Active || u.ID == 0 {
		return false
	}
	if a == ActOwn && u.ID != ownerID {
		return false
	}
	return slices.Contains(permissions[a], u.Role)
}

// Session of a user's browser. Token is the SHA-256 of what the cookie holds,
// so that a copy of the database opens no door (security S-57).
type Session struct {
	Token   string
	UserID  int64 // 0 before log-in
	Data    []byte
	Expires time.Time
}
