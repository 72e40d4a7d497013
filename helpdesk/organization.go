package helpdesk

import (
	"slices"
	"strings"

	"sportello/helpdesk/registry"
)

// Organization is a body: a municipality or another one that asks. Codes are
// data and never worked out from one another: c_h173 is not the body of
// cadastral code H173 (domain.md §3).
type Organization struct {
	ID      int64
	Version int64 // rises by one at every save

	Kind       OrganizationKind
	Name       string   // without its kind: «Valcerva»
	Also       []string // further names: in another language, from before
	ISTAT      string   // six digits, of municipalities
	Cadastral  string   // «A123»
	IPA        string   // «c_a123»
	FiscalCode string   // eleven digits
	Province   string   // code, «BG»
	Region     string
	Population int   // 0: not known
	Mountain   *bool // nil: not known

	Street string
	Email  string
	PEC    string
	Site   string
	Note   string

	Addresses []string // all its mailboxes, Email and PEC among them, lower case
	Domains   []Domain // of its addresses, providers' among them

	Ceased      bool
	CeasedOn    string // day «2026-01-01», "" where not known
	SuccessorID int64  // the body it went into, 0: none
}

// Domain is a mail domain of a body.
type Domain struct {
	Name string // lower case
	Own  bool   // somebody said that it is the body's alone
}

// OrganizationKind is what a body is.
type OrganizationKind string

// The kinds of body.
const (
	KindComune      OrganizationKind = "comune"
	KindUnione      OrganizationKind = "unione"
	KindMontana     OrganizationKind = "comunita_montana"
	KindProvincia   OrganizationKind = "provincia"
	KindConsorzio   OrganizationKind = "consorzio"
	KindATS         OrganizationKind = "ats"
	KindSocieta     OrganizationKind = "societa"
	KindOtherEntity OrganizationKind = "altro"
)

// OrganizationKinds in the order of menus.
var OrganizationKinds = []OrganizationKind{KindComune, KindUnione, KindMontana, KindProvincia, KindConsorzio, KindATS, KindSocieta, KindOtherEntity}

var organizationKinds = map[OrganizationKind]string{
	KindComune: "Comune", KindUnione: "Unione di Comuni", KindMontana: "Comunità montana", KindProvincia: "Provincia",
	KindConsorzio: "Consorzio", KindATS: "ATS", KindSocieta: "Società in house", KindOtherEntity: "Altro ente",
}

// Label is the Italian word for the kind.
func (k OrganizationKind) Label() string { return organizationKinds[k] }

// Valid reports whether k is one of OrganizationKinds.
func (k OrganizationKind) Valid() bool { return organizationKinds[k] != "" }

// joins reports whether bodies of the kind are made of municipalities.
func (k OrganizationKind) joins() bool {
	return k == KindUnione || k == KindMontana || k == KindConsorzio
}

// Title is the body as people name it: «Comune di Valcerva (BG)».
func (o Organization) Title() string {
	title := o.Name
	if o.Kind == KindComune {
		title = "Comune di " + o.Name
	}
	if o.Province != "" {
		title += " (" + o.Province + ")"
	}
	return title
}

// Folded is the name as it is sought.
func (o Organization) Folded() string { return registry.Fold(o.Name) }

// Keys are the names as domains write them.
func (o Organization) Keys() []string { return registry.Keys(o.names()...) }

func (o Organization) names() []string { return append([]string{o.Name}, o.Also...) }

// SizeClass is how large a municipality is.
type SizeClass int

// The classes by inhabitants. SizeUnknown where no population is known.
const (
	SizeUnknown SizeClass = iota
	SizeTo1000
	SizeTo5000
	SizeTo15000
	SizeTo60000
	SizeBeyond
)

var sizeLabels = map[SizeClass]string{
	SizeUnknown: "non disponibile", SizeTo1000: "fino a 1.000 abitanti", SizeTo5000: "da 1.001 a 5.000 abitanti",
	SizeTo15000: "da 5.001 a 15.000 abitanti", SizeTo60000: "da 15.001 a 60.000 abitanti", SizeBeyond: "oltre 60.000 abitanti",
}

// Label is the Italian name of the class.
func (s SizeClass) Label() string { return sizeLabels[s] }

// Size is the class of the body's population.
func (o Organization) Size() SizeClass {
	switch p := o.Population; {
	case p <= 0:
		return SizeUnknown
	case p <= 1_000:
		return SizeTo1000
	case p <= 5_000:
		return SizeTo5000
	case p <= 15_000:
		return SizeTo15000
	case p <= 60_000:
		return SizeTo60000
	}
	return SizeBeyond
}

// Catchment is the regions and provinces that the desk serves, by name and by
// code: «Lombardia», «NO».
type Catchment []string

// Holds reports whether a body of the province is in the catchment. An empty
// one holds all.
func (c Catchment) Holds(province string) bool {
	p, _ := registry.ProvinceByCode(province)
	return len(c) == 0 || slices.Contains(c, province) || slices.Contains(c, p.Region)
}

// Provinces lists the codes of the catchment's provinces, ascending.
func (c Catchment) Provinces() []string {
	var codes []string
	for _, p := range registry.Provinces() {
		if c.Holds(p.Code) {
			codes = append(codes, p.Code)
		}
	}
	return codes
}

// gather puts e-mail and PEC among the addresses, and the domains of all among
// the domains, each once and in lower case.
func (o *Organization) gather() {
	var addresses []string
	for _, a := range append([]string{o.Email, o.PEC}, o.Addresses...) {
		a = strings.ToLower(strings.TrimSpace(a))
		if strings.Contains(a, "@") && !slices.Contains(addresses, a) {
			addresses = append(addresses, a)
		}
	}
	o.Addresses = addresses
	for i := range o.Domains {
		o.Domains[i].Name = strings.ToLower(strings.TrimSpace(o.Domains[i].Name))
	}
	for _, a := range addresses {
		_, domain, _ := strings.Cut(a, "@")
		if !slices.ContainsFunc(o.Domains, func(d Domain) bool { return d.Name == domain }) {
			o.Domains = append(o.Domains, Domain{Name: domain})
		}
	}
}
