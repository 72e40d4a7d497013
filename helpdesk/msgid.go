package helpdesk

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

var idCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const idBytes = 16 // of the random part and of its MAC: 128 bits each

// newMessageID issues a Message-ID that only we can have made:
// random.MAC@domain. Whoever answers to it was written to by us.
func newMessageID(key []byte, domain string) string {
	random := make([]byte, idBytes)
	rand.Read(random)
	return idCode.EncodeToString(random) + "." + idCode.EncodeToString(idMAC(key, random)) + "@" + domain
}

// issuedByUs reports whether the id is one that newMessageID made.
func issuedByUs(key []byte, id string) bool {
	local, _, ok := strings.Cut(id, "@")
	if !ok {
		return false
	}
	r, m, ok := strings.Cut(local, ".")
	if !ok {
		return false
	}
	random, err := idCode.DecodeString(r)
	if err != nil || len(random) != idBytes {
		return false
	}
	mac, err := idCode.DecodeString(m)
	return err == nil && hmac.Equal(mac, idMAC(key, random))
}

func idMAC(key, random []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(random)
	return h.Sum(nil)[:idBytes]
}

func domainOf(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		return address[i+1:]
	}
	return address
}
