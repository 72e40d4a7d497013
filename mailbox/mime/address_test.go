package mime

import (
	"slices"
	"strings"
	"testing"
)

var addressTests = []struct {
	name, raw string
	want      []Address
}{
	{"bare", "a@b.test", []Address{{"", "a@b.test"}}},
	{"named", "Mario Rossi <m.rossi@B.TEST>", []Address{{"Mario Rossi", "m.rossi@b.test"}}},
	{"the local part stays as it is", "M.Rossi@b.test", []Address{{"", "M.Rossi@b.test"}}},
	{"quoted name", `"Rossi, Mario" <a@b.test>`, []Address{{"Rossi, Mario", "a@b.test"}}},
	{"escapes", `"Mario \"il\" Rossi" <a@b.test>`, []Address{{`Mario "il" Rossi`, "a@b.test"}}},
	{"comma without quotes", "Mario Rossi, Comune <a@b.test>", []Address{{"Mario Rossi, Comune", "a@b.test"}}},
	{"comma without quotes after another", "c@d.test, Rossi, Mario <a@b.test>", []Address{{"", "c@d.test"}, {"Rossi, Mario", "a@b.test"}}},
	{"a list", "a@b.test, Luigi <c@d.test>; e@f.test", []Address{{"", "a@b.test"}, {"Luigi", "c@d.test"}, {"", "e@f.test"}}},
	{"blanks for commas", "a@b.test c@d.test", []Address{{"", "a@b.test"}, {"", "c@d.test"}}},
	{"one bad costs no other", "a@b.test, @@, <>, c@d.test", []Address{{"", "a@b.test"}, {"", "c@d.test"}}},
	{"dot before the @", "mario.rossi.@pec.test", []Address{{"", "mario.rossi.@pec.test"}}},
	{"raw name", "Niccolò <a@b.test>", []Address{{"Niccolò", "a@b.test"}}},
	{"encoded word", "=?iso-8859-1?Q?Niccol=F2?= <a@b.test>", []Address{{"Niccolò", "a@b.test"}}},
	{"encoded word in quotes", `"=?utf-8?B?Tmljb2zDsg==?=" <a@b.test>`, []Address{{"Nicolò", "a@b.test"}}},
	{"encoded word with a comma", "=?utf-8?Q?Rossi,_Mario?= <a@b.test>", []Address{{"Rossi, Mario", "a@b.test"}}},
	{"encoded word in an unknown charset", "=?x-foo?Q?Mario?= <a@b.test>", []Address{{"Mario", "a@b.test"}}},
	{"name and address encoded together", "=?utf-8?Q?Mario_=3Ca=40b.test=3E?=", []Address{{"Mario", "a@b.test"}}},
	{"comment for a name", "a@b.test (Mario Rossi)", []Address{{"Mario Rossi", "a@b.test"}}},
	{"comment in a name", "Mario (Ufficio tecnico) <a@b.test>", []Address{{"Mario (Ufficio tecnico)", "a@b.test"}}},
	{"name without brackets", "Mario Rossi a@b.test", []Address{{"Mario Rossi", "a@b.test"}}},
	{"the bracket decides, not the name", `"capo@comune.test" <evil@x.test>`, []Address{{"capo@comune.test", "evil@x.test"}}},
	{"the bracket decides, without quotes", "capo@comune.test <evil@x.test>", []Address{{"capo@comune.test", "evil@x.test"}}},
	{"the bracket decides, encoded", "=?utf-8?Q?capo=40comune.test_=3Ccapo=40comune.test=3E?= <evil@x.test>", []Address{{"capo@comune.test <capo@comune.test>", "evil@x.test"}}},
	{"two brackets", "Mario <a@b.test> Luigi <c@d.test>", []Address{{"Mario", "a@b.test"}, {"Luigi", "c@d.test"}}},
	{"quoted local part", `"mario rossi"@b.test`, []Address{{"", `"mario rossi"@b.test`}}},
	{"quoted local part in brackets", `Mario <"a,b"@b.test>`, []Address{{"Mario", `"a,b"@b.test`}}},
	{"needless quotes", `"mario"@b.test`, []Address{{"", "mario@b.test"}}},
	{"route", "<@x.test,@y.test:a@b.test>", []Address{{"", "a@b.test"}}},
	{"blanks in brackets", "Mario < a @ b.test >", []Address{{"Mario", "a@b.test"}}},
	{"a bracket never closed", "Mario <a@b.test, Luigi <c@d.test>", []Address{{"Mario", "a@b.test"}, {"Luigi", "c@d.test"}}},
	{"a quote never closed", `"Mario <a@b.test>`, []Address{{"Mario", "a@b.test"}}},
	{"a comment never closed", "Mario (x <a@b.test>", []Address{{"Mario (x", "a@b.test"}}},
	{"group", "Uffici: a@b.test, Luigi <c@d.test>;", []Address{{"", "a@b.test"}, {"Luigi", "c@d.test"}}},
	{"empty group", "undisclosed-recipients:;", nil},
	{"mailto", "<mailto:a@b.test>", []Address{{"", "a@b.test"}}},
	{"single quotes", "'Mario' <a@b.test>", []Address{{"Mario", "a@b.test"}}},
	{"the address as its own name", `"a@b.test" <a@b.test>`, []Address{{"", "a@b.test"}}},
	{"address literal", "a@[192.0.2.1]", []Address{{"", "a@[192.0.2.1]"}}},
	{"dot at the end", "a@b.test.", []Address{{"", "a@b.test"}}},
	{"no address at all", "Comune di Prova", []Address{{"Comune di Prova", ""}}},
	{"an address nobody can read is kept as a name", "a@b.test@c.test", []Address{{"a@b.test@c.test", ""}}},
	{"a name only, with a comment", "MAILER-DAEMON (Mail Delivery System)", []Address{{"MAILER-DAEMON (Mail Delivery System)", ""}}},
	{"colon in a name", "Per conto di: m.rossi@comune.test <posta@pec.test>", []Address{{"Per conto di: m.rossi@comune.test", "posta@pec.test"}}},
	{"group never ended", "undisclosed-recipients:", nil},
	{"blank before a dot", "mario@comune .test", []Address{{"", "mario@comune.test"}}},
	{"blank in the local part", "<mario rossi@b.test>", []Address{{"", "rossi@b.test"}}},
	{"brackets twice", "<<a@b.test>>", []Address{{"", "a@b.test"}}},
	{"a route without brackets", "@x.test:a@b.test", []Address{{"", "a@b.test"}}},
	{"mailto with a subject", "Mario <mailto:a@b.test?subject=x>", []Address{{"Mario", "a@b.test"}}},
	{"mailto in square brackets", "Mario Rossi [mailto:a@b.test]", []Address{{"Mario Rossi", "a@b.test"}}},
	{"quotes that do not pair", `"Rossi" Mario" <a@b.test>`, []Address{{"Rossi Mario", "a@b.test"}}},
	{"quotes in quotes", `"Rossi "Mario" <a@b.test>`, []Address{{"Rossi Mario", "a@b.test"}}},
	{"an escaped quote closes nothing", `"Mario\" <a@b.test>`, []Address{{`Mario"`, "a@b.test"}}},
	{"name and address in quotes", `"Mario Rossi <a@b.test>"`, []Address{{"Mario Rossi", "a@b.test"}}},
	{"an address in brackets and quotes", `Mario <"a@b.test">`, []Address{{"Mario", "a@b.test"}}},
	{"a quoted name without brackets", `"Mario Rossi" a@b.test`, []Address{{"Mario Rossi", "a@b.test"}}},
	{"dots without quotes", "Dott. Ing. M. Rossi <a@b.test>", []Address{{"Dott. Ing. M. Rossi", "a@b.test"}}},
	{"an encoded word of a quote", `=?utf-8?Q?"Rossi=2C_Mario"?= <a@b.test>`, []Address{{"Rossi, Mario", "a@b.test"}}},
	{"an encoded word and more in quotes", `"=?utf-8?Q?Niccol=C3=B2?= Verdi" <a@b.test>`, []Address{{"Niccolò Verdi", "a@b.test"}}},
	{"an encoded word glued to the bracket", "=?utf-8?Q?Mario?=<a@b.test>", []Address{{"Mario", "a@b.test"}}},
	{"two groups", "A: a@b.test;, B: c@d.test;", []Address{{"", "a@b.test"}, {"", "c@d.test"}}},
	{"an empty bracket is an entry", `"Comune" <>, "Rossi" <a@b.test>`, []Address{{"Rossi", "a@b.test"}}},
	{"a bracket without an address", "<MAILER-DAEMON>", []Address{{"MAILER-DAEMON", ""}}},
	{"letters beyond ASCII", "niccolò@città.test", []Address{{"", "niccolò@città.test"}}},
	{"the name behind", "<a@b.test> Mario Rossi", []Address{{"", "a@b.test"}}},
	{"nothing", " , ;", nil},
	{"line break in a name", "Mario\r\nBcc: x <a@b.test>", []Address{{"Mario  Bcc: x", "a@b.test"}}},
}

func TestParseAddressList(t *testing.T) {
	for _, tt := range addressTests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ParseAddressList(tt.raw); !slices.Equal(got, tt.want) {
				t.Errorf("%q\n got %q\nwant %q", tt.raw, got, tt.want)
			}
			checkAddresses(t, ParseAddressList(tt.raw))
		})
	}
}

func TestParseAddressListIsBounded(t *testing.T) {
	if got := ParseAddressList(strings.Repeat("a@b.test,", 5000)); len(got) != maxAddresses {
		t.Errorf("%d addresses", len(got))
	}
}

func TestParseMessageIDs(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		want      []string
	}{
		{"one", "<a@b>", []string{"a@b"}},
		{"several, folded or not", "<a@b>\r\n <c@d><e@f>", []string{"a@b", "c@d", "e@f"}},
		{"commas", "<a@b>, <c@d>", []string{"a@b", "c@d"}},
		{"no brackets", "a@b c@d", []string{"a@b", "c@d"}},
		{"blank inside", "<abc def@x>", []string{"abcdef@x"}},
		{"words around", "Your message of Tue <a@b> (x)", []string{"a@b"}},
		{"never closed", "<a@b> <c@d", []string{"a@b", "c@d"}},
		{"one bad costs no other", "<> <a@b>", []string{"a@b"}},
		{"encoded", "=?utf-8?Q?=3Ca=40b=3E?=", []string{"a@b"}},
		{"no id", "Your message", nil},
		{"longer than a line", "<" + strings.Repeat("a", 2000) + "@b> <c@d>", []string{"c@d"}},
	} {
		if got := ParseMessageIDs(tt.raw); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	for raw, want := range map[string]string{"<a@b>": "a@b", "abc123": "abc123", "<abc 123>": "abc123", "": "", "<>": ""} {
		if got := messageID(raw); got != want {
			t.Errorf("id of %q: %q, want %q", raw, got, want)
		}
	}
}
