package helpdesk

type answerReads interface {
	sourceReads
	// AnswerOf is the answered question of a ticket, without its stems.
	AnswerOf(ticketID int64) (Answer, error)
	// StemCounts tells in how many answered questions each of some stems stands,
	// "" for the questions themselves; what stands in none is left out.
	StemCounts(stems []string) (map[string]int, error)
	// AnswersWith lists the ids of the newest answered questions with a stem.
	AnswersWith(stem string, limit int) ([]int64, error)
	// AnsweredQuestions are those of some ids whose tickets are neither spam
	// nor out of scope.
	AnsweredQuestions(ids []int64) ([]AnsweredQuestion, error)
	// LongestReply is the longest answer of a person on a ticket.
	LongestReply(ticketID int64) (Message, error)
	AnswersDue(limit int) ([]AnswerDue, error)
	// AnsweredTickets lists tickets that were answered, by id after one of them.
	AnsweredTickets(after int64, limit int) ([]int64, error)
}

type answerWrites interface {
	sourceWrites
	// SaveAnswer inserts (ID 0) or replaces the answered question of a ticket.
	SaveAnswer(*Answer) error
	DropAnswer(ticketID int64) error // if there is one
	// DueAnswer has a ticket's answered question indexed anew.
	DueAnswer(ticketID int64) error
	DropAnswersDue([]AnswerDue) error
	// UseAnswer notes that an answer was written from an earlier one; it is
	// passed over where that is none.
	UseAnswer(replyID, usedID int64) error
}

type sourceReads interface {
	LegalSourceByID(id int64) (LegalSource, error)
	// LegalSourceNamed is the source of an act and article.
	LegalSourceNamed(act, article string) (LegalSource, error)
	// ReusableOf are the marks of some messages; what is not marked is left out.
	ReusableOf(messageIDs []int64) (map[int64]Reusable, error)
}

type sourceWrites interface {
	SaveLegalSource(*LegalSource) error // ID 0 inserts; ErrExists when act and article are taken
	// SaveReusable marks a message, or changes its mark; sources are added.
	SaveReusable(r Reusable, sourceID int64) error
	DropReusable(messageID int64) error
}
