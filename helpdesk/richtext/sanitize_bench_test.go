package richtext

import (
	"strings"
	"testing"
)

func BenchmarkSanitizeOutlook(b *testing.B) {
	mail := outlookMail()
	b.SetBytes(int64(len(mail)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Sanitize(mail); !ok {
			b.Fatal("falls back to text")
		}
	}
}

func BenchmarkSanitizeShort(b *testing.B) {
	mail := "<html><body><p>Buongiorno,</p><p>" + strings.Repeat("si chiede conferma. ", 20) + "</p></body></html>"
	b.ReportAllocs()
	for b.Loop() {
		Sanitize(mail)
	}
}
