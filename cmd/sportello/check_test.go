package main

import (
	"strings"
	"testing"
)

func TestCheckWarnsOfAProxyNobodyNamed(t *testing.T) {
	for _, row := range []struct {
		name, base, listen string
		proxies            []string
		warned             bool
	}{
		{"behind a proxy that is not named", "https://sportello.example", "127.0.0.1:8080", nil, true},
		{"behind one that is", "https://sportello.example", "[::1]:8080", []string{"::1"}, false},
		{"reached from elsewhere", "https://sportello.example", "0.0.0.0:8080", nil, false},
		{"on this machine alone", "http://127.0.0.1:8080", "127.0.0.1:8080", nil, false},
	} {
		var out strings.Builder
		f := &findings{out: &out}
		f.checkProxy(&Config{BaseURL: row.base, Web: WebConfig{Listen: row.listen, TrustedProxies: row.proxies}})
		if got := strings.Contains(out.String(), "AVVISO proxy: "); got != row.warned || f.err() != nil {
			t.Errorf("%s: warned %v, %v", row.name, got, f.err())
		}
	}
}
