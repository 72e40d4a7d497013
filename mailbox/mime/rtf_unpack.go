package mime

import "encoding/binary"

// rtfDictionary is what the writer and the reader of compressed RTF know from the start (MS-OXRTFCP
// 2.1.2.1).
const rtfDictionary = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

const (
	rtfCompressed = 0x75465A4C // "LZFu"
	rtfPlain      = 0x414C454D // "MELA"
)

// unpackRTF undoes MS-OXRTFCP, up to limit bytes. whole is false when the data ends before its end mark,
// is no RTF, or says more than is taken; what was read comes back all the same.
func unpackRTF(packed []byte, limit int) (rtf []byte, whole bool) {
	const head = 16 // packed size, plain size, kind, checksum
	if len(packed) < head {
		return nil, false
	}
	size := binary.LittleEndian.Uint32(packed[4:])
	kind := binary.LittleEndian.Uint32(packed[8:])
	body := packed[head:]
	limit = int(min(uint64(size), uint64(max(0, limit))))
	switch kind {
	case rtfPlain:
		rtf = body[:min(len(body), limit)]
		return rtf, uint32(len(rtf)) == size
	case rtfCompressed:
		rtf = unpackLZFu(body, limit)
		return rtf, uint32(len(rtf)) == size
	}
	return nil, false
}

// unpackLZFu follows control bytes, a bit for each item from the lowest: 0 is a byte as it is, 1 is a
// place (12 bits) and a length (4 bits, less 2) in the last 4 KiB of the output.
func unpackLZFu(body []byte, limit int) []byte {
	const window = 4096
	out := make([]byte, 0, min(limit, 4*len(body)))
	ring := [window]byte{}
	write := copy(ring[:], rtfDictionary)
	put := func(c byte) {
		out = append(out, c)
		ring[write%window] = c
		write++
	}
	for len(body) > 0 {
		control := body[0]
		body = body[1:]
		for bit := 0; bit < 8; bit++ {
			switch {
			case control>>bit&1 == 0:
				if len(body) < 1 || len(out) >= limit {
					return out
				}
				put(body[0])
				body = body[1:]
			case len(body) < 2:
				return out
			default:
				item := int(binary.BigEndian.Uint16(body))
				body = body[2:]
				at, n := item>>4, item&0xf+2
				if at == write%window { // the end mark
					return out
				}
				for ; n > 0 && len(out) < limit; n-- {
					put(ring[at%window])
					at++
				}
			}
		}
	}
	return out
}
