package quote

import "strings"

// sorted is a body's lines with the kind of each and why.
type sorted struct {
	lines []line
	kinds []Kind
	why   []string

	// What has been worked out, so that the work stays linear.
	endings []ending // of attributions, by their last line
	weighed int      // paragraphs looked at as notices
	keys    keys     // sought in the whole body first
}

// block is a run of quoted lines with what introduces it.
type block struct {
	start, end int
	introduced bool
	forward    bool
	why        string
}

const whyMarked = "righe con il segno di citazione"

// survey sorts the lines of a body.
func survey(lines []line) *sorted {
	s := &sorted{lines: lines, kinds: make([]Kind, len(lines)), why: make([]string, len(lines))}
	for i := range lines {
		lines[i].field, lines[i].value = fieldOf(lines[i].text)
	}
	s.endings = make([]ending, len(lines))
	s.keys = keysOf(lines)
	blocks := s.blocks()
	for _, b := range blocks {
		s.mark(b.start, b.end, Quoted, b.why)
	}
	s.sortOwn(blocks)
	s.unfoldAnswered(blocks)
	s.keepSomething(blocks)
	return s
}

func (s *sorted) mark(from, to int, kind Kind, why string) {
	for i := from; i < to; i++ {
		s.kinds[i], s.why[i] = kind, why
	}
}

// blocks finds what is quoted, from above.
func (s *sorted) blocks() []block {
	var found []block
	for i := 0; i < len(s.lines); {
		if s.lines[i].depth > 0 && s.showsBare(i) {
			continue
		}
		if s.lines[i].depth > 0 {
			b := block{start: i, end: s.quotedUntil(i), why: whyMarked}
			b.forward = isForwardIntro(s.lines[i].text)
			found = append(found, b)
			i = b.end
			continue
		}
		b, ok := s.introduction(i)
		if !ok {
			i++
			continue
		}
		found = append(found, b)
		i = b.end
	}
	return found
}

// quotedUntil is the end of the quoted lines that begin at i, empty lines
// between them included.
func (s *sorted) quotedUntil(i int) int {
	end := i
	for ; i < len(s.lines); i++ {
		switch {
		case s.lines[i].depth > 0:
			end = i + 1
		case s.lines[i].blank():
		default:
			return end
		}
	}
	return end
}

// showsBare reports whether the quoted lines that begin at i are only set off,
// as one sets off an article of a law: a blockquote without a sign of any mail
// program, that nothing introduces and that does not end the message, or that
// the sender leads up to («Chiediamo un parere su:»). They are the sender's own.
func (s *sorted) showsBare(i int) bool {
	if !s.lines[i].bare {
		return false
	}
	end, joined := s.quotedUntil(i), ""
	for k := i; k < min(end, i+4); k++ {
		joined = strings.TrimSpace(joined + " " + s.lines[k].text)
		f := s.lines[k].field
		if before, _, marked := strings.Cut(joined, ": >"); marked && gradeAttribution(before+":") > 0 {
			return false // a line end that the HTML lost
		}
		if gradeAttribution(joined) > 0 || isSeparator(s.lines[k].text) || f&(fieldFrom|fieldDate) != 0 {
			return false
		}
	}
	above := i - 1
	for above >= 0 && s.lines[above].blank() {
		above--
	}
	if s.nextText(end) == len(s.lines) && above >= 0 && !endsInColon(s.lines[above].text) {
		return false
	}
	for k := i; k < end; k++ {
		s.lines[k].depth = 0
	}
	return true
}

// introduction reports whether a quotation is introduced at line i, and how
// far it goes.
func (s *sorted) introduction(i int) (block, bool) {
	in, ok := s.introAt(i)
	if !ok {
		return block{}, false
	}
	next := s.nextText(in.end)
	b := block{start: in.start, introduced: true, forward: in.forward, why: in.why}
	switch {
	case next < len(s.lines) && s.quotedBy(next, in):
		b.end = s.quotedUntil(next)
	case in.sure:
		b.end = len(s.lines)
	default:
		return block{}, false
	}
	return b, true
}

// quotedBy reports whether line i, the first below an introduction, is quoted.
// Some programs mark with «|», which elsewhere is a table.
func (s *sorted) quotedBy(i int, in intro) bool {
	if s.lines[i].depth > 0 {
		return true
	}
	if in.header || len(s.lines[i].text) == 0 || s.lines[i].text[0] != '|' {
		return false
	}
	for ; i < len(s.lines) && len(s.lines[i].text) > 0 && s.lines[i].text[0] == '|'; i++ {
		s.lines[i].depth = 1
	}
	return true
}

// nextText is the first line from i on that is not empty.
func (s *sorted) nextText(i int) int {
	for i < len(s.lines) && s.lines[i].blank() {
		i++
	}
	return i
}

// sortOwn sorts the lines between the blocks: signatures, notices, stamps.
func (s *sorted) sortOwn(blocks []block) {
	from := 0
	for _, b := range append(blocks, block{start: len(s.lines), end: len(s.lines)}) {
		s.sortRegion(from, b.start)
		from = b.end
	}
}

// unfoldAnswered makes visible again what is answered between the lines. A
// single introduced quotation with the whole answer below it, or above it
// with only a closing below, is no such thing and stays folded.
func (s *sorted) unfoldAnswered(blocks []block) {
	below := 0 // lines of own text below
	answered := 0
	for k := len(blocks) - 1; k >= 0; k-- {
		end := len(s.lines)
		if k+1 < len(blocks) {
			end = blocks[k+1].start
		}
		if !s.isClosing(blocks[k].end, end) {
			below += s.own(blocks[k].end, end)
		}
		if below > 0 {
			answered = k + 1
			break
		}
	}
	if answered == 0 {
		return
	}
	if answered == 1 && blocks[0].introduced && !blocks[0].forward && s.own(0, blocks[0].start) == 0 {
		return
	}
	for _, b := range blocks[:answered] {
		s.mark(b.start, b.end, New, "")
	}
}

// own counts the lines of the sender's own text in a range.
func (s *sorted) own(from, to int) (n int) {
	for i := from; i < to; i++ {
		if s.kinds[i] == New && (s.lines[i].image || hasWord(s.lines[i].text)) {
			n++
		}
	}
	return n
}

// keepSomething sees to it that a message is not folded to nothing: first the
// quotation is shown again, then the rest. A forward with no more than a
// greeting above it is the message.
func (s *sorted) keepSomething(blocks []block) {
	if s.onlyForwards(blocks) {
		s.mark(blocks[0].start, len(s.lines), New, "")
		return
	}
	if s.own(0, len(s.lines)) > 0 {
		return
	}
	for _, b := range blocks {
		s.mark(b.start, b.end, New, "")
	}
	if s.own(0, len(s.lines)) == 0 {
		s.mark(0, len(s.lines), New, "")
	}
}

func (s *sorted) onlyForwards(blocks []block) bool {
	if len(blocks) == 0 || !blocks[0].forward {
		return false
	}
	for i := range s.lines {
		if s.kinds[i] == New && !s.lines[i].blank() && !isFormula(s.lines[i].text) {
			return false
		}
	}
	return true
}
