package helpdesk

import "time"

// Contact is a person or office that writes to us.
type Contact struct {
	ID             int64
	Name           string
	Address        string // the one we write to
	OrganizationID int64  // the body it belongs to, 0: not known
	CreatedAt      time.Time
}
