package helpdesk

type organizationReads interface {
	// OrganizationByID gives merged bodies too; see Organization.SuccessorID.
	OrganizationByID(id int64) (Organization, error)
	OrganizationByISTAT(code string) (Organization, error)
	// OrganizationsByCode lists bodies with the IPA or the fiscal code, if not
	// empty, at most 20: neither need be of one body only.
	OrganizationsByCode(ipa, fiscalCode string) ([]Organization, error)
	// The look-ups that recognise a sender give successors in place of the
	// bodies that went into them, and no more than 60 bodies. Addresses and
	// domains of the bodies are left out.
	OrganizationsByAddress(address string) ([]Organization, error)
	OrganizationsByDomain(domain string) ([]Organization, error) // of Domains only the domain
	OrganizationsByKeys(keys []string) ([]Organization, error)
	OrganizationsLonger(folded string) ([]Organization, error)
	OrganizationMembers(unionID int64) ([]Organization, error)
	// OrganizationsOfContact lists those that a person confirmed for the contact.
	OrganizationsOfContact(contactID int64) ([]Organization, error)
	// OrganizationCandidates of a ticket, likeliest first.
	OrganizationCandidates(ticketID int64) ([]OrganizationCandidate, error)
}

type organizationWrites interface {
	// SaveOrganization inserts where ID is 0, else updates if the stored
	// version is still o's, else ErrStale. Addresses and domains are replaced.
	SaveOrganization(o *Organization) error
	AddOrganizationAddress(organizationID int64, address string) error
	SetOrganizationMembers(unionID int64, members []int64) error
	// MoveToOrganization brings at most limit rows of what belongs to one body
	// to another, and reports how many it moved.
	MoveToOrganization(fromID, toID int64, limit int) (int, error)
	// RedirectSuccessors makes what leads to one body lead to another.
	RedirectSuccessors(fromID, toID int64) error
	AddContactOrganization(contactID, organizationID int64) error
	// SetOrganizationCandidates replaces those of a ticket.
	SetOrganizationCandidates(ticketID int64, list []OrganizationCandidate) error
}

// OrganizationCandidate is a body that may be asking, with the reason, a
// sentence in Italian.
type OrganizationCandidate struct {
	OrganizationID int64
	Why            string
}
