package pnrr

// String is "M5C2".
func (c component) String() string {
	return string([]byte{'M', '0' + byte(c.mission), 'C', '0' + byte(c.number)})
}

// resolve finds what a code stands for. The catalogue may know the measure, or
// only that of which it is a part, or may know the code as a CID.
func (c *Catalogue) resolve(of component, letter byte, n number, line string) Mention {
	prefix := of.String() + string(letter)
	code := prefix + n.String()
	m := Mention{Code: code, Line: line}
	if line != "" {
		m.Code += "." + line
	}
	if i, ok := c.exact(prefix, code, n, line); ok {
		m.Code, m.Measure = c.measures[i].Code, c.measures[i].Code
		return m
	}
	if i, ok := c.code[code]; ok && n.dotted() {
		m.Measure = c.measures[i].Code
		return m
	}
	if parent, ok := n.parent(); ok {
		if i, ok := c.code[prefix+parent.String()]; ok {
			return c.part(m, i, n)
		}
	}
	c.resolveCID(&m, code, letter, n)
	return m
}

// exact finds the measure whose ID or codice univoco was written. A line that
// is a measure of its own is written with a dot (M2C4I2.1.A1) or without
// (M1C1R1.9A); what the zeros of the codice univoco stand for, only its table
// tells (M2C4I2.01.02 is M2C4I2.1.B).
func (c *Catalogue) exact(prefix, code string, n number, line string) (i int, ok bool) {
	if line != "" {
		if i, ok = c.code[code+"."+line]; !ok {
			i, ok = c.code[code+line]
		}
		return i, ok
	}
	if n.padded {
		if i, ok = c.unique[prefix+n.pad()]; ok {
			return i, true
		}
	}
	return 0, false
}

// part is a mention of a part of measure i. ReGiS counts the lines of a
// measure in the third pair of digits: 2.02.03 is line C of 2.2.
func (c *Catalogue) part(m Mention, i int, n number) Mention {
	whole := c.measures[i]
	m.Measure = whole.Code
	if third := n.part[2]; n.padded && m.Line == "" && third <= len(whole.Lines) {
		m.Line = whole.Lines[third-1].Code
		m.Code = whole.Code + "." + m.Line
	}
	return m
}

// resolveCID takes code for one of the EU's decision. Some of its reforms
// comprise several investments, M1C1R1.9 a dozen: then they may be meant, no
// more.
func (c *Catalogue) resolveCID(m *Mention, code string, letter byte, n number) {
	at := c.cid[code]
	if len(at) == 0 && n.dotted() {
		return
	}
	m.CID = code
	if len(at) == 1 {
		measure := c.measures[at[0]].Code
		if _, _, ok := splitCode(measure); ok && measure[len("M5C2")] == letter {
			m.Measure = measure
			return
		}
	}
	for _, i := range at {
		m.Candidates = append(m.Candidates, c.measures[i].Code)
	}
}
