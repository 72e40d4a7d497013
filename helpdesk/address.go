package helpdesk

import (
	"net/mail"
	"strings"
)

// parseRecipients reads what a person typed into a recipients' field.
func parseRecipients(field string, typed []string) ([]Address, error) {
	var out []Address
	for _, one := range typed {
		for _, s := range strings.FieldsFunc(one, func(r rune) bool { return r == ';' || r == '\n' || r == '\r' }) {
			s = strings.Trim(strings.TrimSpace(s), ",")
			if s == "" {
				continue
			}
			list, err := mail.ParseAddressList(s)
			if err != nil {
				return nil, invalid(field, "«"+s+"» non è un indirizzo di posta: correggilo, ad esempio nome@comune.esempio.it.")
			}
			for _, a := range list {
				out = appendAddress(out, Address{Name: a.Name, Addr: lowerDomain(a.Address)})
			}
		}
	}
	return out, nil
}

func appendAddress(list []Address, a Address) []Address {
	for _, b := range list {
		if strings.EqualFold(a.Addr, b.Addr) {
			return list
		}
	}
	return append(list, a)
}

func lowerDomain(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	return local + "@" + strings.ToLower(domain)
}
