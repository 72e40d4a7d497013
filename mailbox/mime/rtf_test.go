package mime

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
)

// plainRTF puts RTF in the uncompressed form of MS-OXRTFCP.
func plainRTF(s string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(s)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
	b = binary.LittleEndian.AppendUint32(b, rtfPlain)
	return append(append(b, 0, 0, 0, 0), s...)
}

// specRTF is the first example of MS-OXRTFCP, 3.1.1.
var specRTF, _ = hex.DecodeString("2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232" +
	"0af32068656c090020627705b06c647d0a800fa0")

func TestUnpackRTF(t *testing.T) {
	overlap, _ := hex.DecodeString("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0") // 3.1.2
	for name, tt := range map[string]struct {
		packed []byte
		want   string
		whole  bool
	}{
		"words of the dictionary":    {specRTF, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", true},
		"a reference into itself":    {overlap, `{\rtf1 WXYZWXYZWXYZWXYZWXYZ}`, true},
		"not compressed":             {plainRTF(`{\rtf1 a}`), `{\rtf1 a}`, true},
		"cut off":                    {specRTF[:30], `{\rtf1\ansi\ansicpg1252`, false},
		"more than its size says":    {append(plainRTF(`{\rtf1 a}`), "zz"...), `{\rtf1 a}`, true},
		"neither of the two":         {append(make([]byte, 16), "x"...), "", false},
		"too short to say something": {[]byte("LZFu"), "", false},
	} {
		got, whole := unpackRTF(tt.packed, maxRTF)
		if string(got) != tt.want || whole != tt.whole {
			t.Errorf("%s: %q, %v", name, got, whole)
		}
	}
}

// A bomb is read up to maxRTF.
func TestUnpackRTFBounded(t *testing.T) {
	packed := bytes.Clone(specRTF[:16])
	binary.LittleEndian.PutUint32(packed[4:], 1<<31)
	for len(packed) < 2*maxRTF {
		packed = append(packed, 0xff)
		packed = append(packed, bytes.Repeat([]byte{0x00, 0x0f}, 8)...)
	}
	if got, whole := unpackRTF(packed, maxRTF); len(got) > maxRTF || whole {
		t.Errorf("%d bytes, %v", len(got), whole)
	}
}

func TestReadRTF(t *testing.T) {
	for name, tt := range map[string]struct{ rtf, text, html string }{
		"paragraphs":          {`{\rtf1\ansi Uno\par Due\line tre\par}`, "Uno\nDue\ntre", ""},
		"characters":          {`{\rtf1\ansi\ansicpg1252 citt\'e0 \'80 \{\}\\ a\~b\endash c}`, "città € {}\\ a\u00a0b–c", ""},
		"another code page":   {`{\rtf1\ansi\ansicpg1251 \'c4\'e0}`, "Да", ""},
		"two bytes for one":   {`{\rtf1\ansi\ansicpg932 \'93\'fa\'96\'7b}`, "日本", ""},
		"by the font":         {`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}\f1 \'c4\'e0\f0  \'e0}`, "Да à", ""},
		"font of the group":   {`{\rtf1\ansi{\fonttbl{\f1\fcharset238 A;}}{\f1 \'b9}\'b9}`, "ą¹", ""},
		"by number":           {`{\rtf1\ansi\uc1 \u224? \u8364 E\uc0\u233\u-10179\u-8704!}`, "à €é😀!", ""},
		"by number, no skip":  {`{\rtf1\ansi{\uc2\u224 ab}cd}`, "àcd", ""},
		"hidden destinations": {`{\rtf1\ansi{\colortbl;\red0;}{\stylesheet{\s0 Normale;}}{\*\generator Word;}{\info{\author X}}Testo{\header h}}`, "Testo", ""},
		"a link":              {`{\rtf1{\field{\*\fldinst{HYPERLINK "http://a.example"}}{\fldrslt qui}}}`, "qui", ""},
		"bytes":               {"{\\rtf1 a\\bin3 {{{b}", "ab", ""},
		"lines are not text":  {"{\\rtf1 a\r\nb}", "ab", ""},
		"an open end":         {`{\rtf1 a{b\`, "ab", ""},
		"too many ends":       {`{\rtf1 a}}}b`, "ab", ""},
		"HTML": {`{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}{\*\htmltag19 <html>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Citt\'e0 ` +
			`{\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 x\htmlrtf\par}\htmlrtf0 {\*\mhtmltag1 no}{\*\htmltag72 </p>\par}{\*\htmltag27 </html>}}`,
			"", "<html><p>Città &lt;x</p>\n</html>"},
		"text said to be text": {`{\rtf1\ansi\fromtext \deff0 a\par b}`, "a\nb", ""},
		"nothing":              {``, "", ""},
	} {
		got := readRTF([]byte(tt.rtf))
		if got.text != tt.text || got.html != tt.html {
			t.Errorf("%s: text %q, HTML %q", name, got.text, got.html)
		}
	}
	for rtf, want := range map[string]bool{`{\rtf1 a}`: false, `{\rtf1{\pict x}}`: true, `{\rtf1\trowd a\cell\row}`: true, `{\rtf1{\object{\*\objdata 00}}}`: true} {
		if got := readRTF([]byte(rtf)); got.rich != want {
			t.Errorf("%s: rich %v", rtf, got.rich)
		}
	}
}

func TestReadRTFBounded(t *testing.T) {
	for _, s := range []string{"{", "}", `\u65 `, `{\*\htmltag `, `\'41`, `{\f1\fcharset204 `, `{\fonttbl`, `\`} {
		readRTF([]byte(strings.Repeat(s, maxRTF/len(s))))
	}
}

func FuzzRTF(f *testing.F) {
	f.Add(specRTF)
	f.Add(plainRTF(`{\rtf1\ansi\ansicpg1251\fromhtml1{\fonttbl{\f1\fcharset128 x;}}{\*\htmltag1 <b>}\f1\'93\'fa\u-10179\u-8704!\bin2 ab}`))
	f.Fuzz(func(t *testing.T, packed []byte) {
		rtf, _ := unpackRTF(packed, maxRTF)
		if len(rtf) > maxRTF || len(rtf) > 17*len(packed) {
			t.Errorf("%d bytes of %d", len(rtf), len(packed))
		}
		for _, body := range []rtfBody{readRTF(rtf), readRTF(packed)} {
			checkText(t, body.text)
			checkText(t, body.html)
		}
	})
}
