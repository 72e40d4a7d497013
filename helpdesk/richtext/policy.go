package richtext

import "strings"

// kind is what the sanitiser does with a tag.
type kind uint8

const (
	unwrap kind = iota // the tag goes, its content stays
	keep               // stands as it is, without attributes
	void               // stands, has no end tag
	link               // a: kept with a safe href, otherwise unwrapped
	image              // img: kept where it shows a part of the mail itself
	cell               // td, th: kept with colspan and rowspan
	list               // ol: kept with start
	drop               // the tag goes with its content
)

// tag is what the allow-list says of a name, with the name as one shared string.
type tag struct {
	kind kind
	name string
}

// tags is the allow-list of Sanitize. What is not named is unwrapped; a span
// says nothing without its attributes and is unwrapped too.
var tags = tagTable(map[kind]string{
	keep: "p strong em b i u ul li dl dt dd table thead tbody tr blockquote pre code div h1 h2 h3 h4 h5 h6",
	void: "br hr",
	link: "a", image: "img", cell: "td th", list: "ol",
	// Word puts its document settings in xml.
	drop: "script style head title svg math template noscript iframe object applet noembed noframes" +
		" frameset canvas audio video select textarea button datalist xml",
})

func tagTable(names map[kind]string) map[string]tag {
	table := map[string]tag{}
	for k, list := range names {
		for name := range strings.FieldsSeq(list) {
			table[name] = tag{k, name}
		}
	}
	return table
}

// rawText are the dropped tags whose content the tokenizer hands over as one
// piece of text, which ends only at their end tag.
var rawText = set("script style title iframe noembed noframes noscript textarea")

// blocks begin a line of their own where HTML is turned into lines.
var blocks = set("p div br tr li dt dd hr blockquote pre ul ol table h1 h2 h3 h4 h5 h6")
