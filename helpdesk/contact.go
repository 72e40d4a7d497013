package helpdesk

import "time"

// Contact is a person or office that writes to us.
type Contact struct {
	ID             int64
	Name           string
	Address        string // the one we write to
	OrganizationID int64
	CreatedAt      time.Time
}

// Organization is a body that asks: a Comune, an Unione … The registry comes
// with part 3; until then a contact has none unless one was set.
type Organization struct {
	ID       int64
	Name     string
	ISTAT    string
	Province string
}
