package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

const classifyMail = `From: Maria Bianchi <tecnico@comune.treviglio.bg.it.example>
To: sportello@centro.test
Subject: I: Prot. n. 4512/2026 - M5C2I4 saldo
Date: Mon, 16 Nov 2026 10:00:00 +0100
Message-ID: <q2@comune.test>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Per il CUP J81B22000560006 (CIG 7261938A2F, sbagliato) possiamo chiedere il saldo? Potremmo sentirci domani?
-- 
Ufficio Tecnico del Comune di Treviglio (BG), tel. 0363 000000

Il giorno lun 16 nov 2026 alle ore 09:00 Anna Verdi ha scritto:
> Parlate dell'asilo nido M4C1I1.1?
`

func TestClassifyBatch(t *testing.T) {
	folder := t.TempDir()
	asks := func(id, content string) string {
		path := filepath.Join(folder, id)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		line, err := json.Marshal(batchJob{ID: id, Path: path})
		if err != nil {
			t.Fatal(err)
		}
		return string(line) + "\n"
	}
	o := call(t.Context(), asks("mail", classifyMail)+asks("vague", question("q1", "Quesito", "", "Come si fa?"))+
		asks("receipt", strings.Replace(classifyMail, "From:", "X-Ricevuta: accettazione\nFrom:", 1))+`{"id":"missing","path":"/dev/null/x"}`+"\n{\n", "classify", "-batch")
	if o.code != exitOK {
		t.Fatalf("exit %d: %s", o.code, o.errors)
	}
	got := map[string]classifyAnswer{}
	for line := range strings.Lines(o.out) {
		for _, list := range []string{"measures", "topics", "cup", "cig", "why"} {
			if !strings.Contains(line, `"`+list+`":[`) {
				t.Errorf("%s is no list: %s", list, line)
			}
		}
		var a classifyAnswer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		got[a.ID] = a
	}
	m := got["mail"]
	if m.Kind != "person" || m.PrimaryMeasure == nil || *m.PrimaryMeasure != "M5C2I2.1" || !slices.Equal(m.Measures, []string{"M5C2I2.1"}) ||
		len(m.Topics) == 0 || m.Topics[0] != "rendicontazione" || !slices.Equal(m.CUP, []string{"J81B22000560006"}) || len(m.CIG) != 0 ||
		m.Protocol != "4512/2026" || !m.AsksForCall || m.Municipality == nil || *m.Municipality != "016219" {
		t.Errorf("mail: %+v", m)
	}
	if v := got["vague"]; v.PrimaryMeasure != nil || v.Measures == nil || len(v.Measures) > 0 || len(v.Why) == 0 || v.AsksForCall {
		t.Errorf("vague: %+v", v)
	}
	if r := got["receipt"]; r.Kind != "accepted" || r.PrimaryMeasure != nil || len(r.Topics) > 0 {
		t.Errorf("receipt: %+v", r)
	}
	if len(got) != 5 || got["missing"].Error == "" || got[""].Error == "" {
		t.Errorf("%d answers: %+v", len(got), got)
	}
}

func TestClassifyReport(t *testing.T) {
	o := call(t.Context(), classifyMail, "classify", "-")
	for _, want := range []string{
		"Comune:       Treviglio (BG), ISTAT 016219", "M5C2I2.1 Rigenerazione urbana · 99 % · codice «M5C2I4» nel testo",
		"CUP:          J81B22000560006", "Colloquio:    lo chiede: «Potremmo sentirci domani»",
	} {
		if !strings.Contains(o.out, want) {
			t.Errorf("no %q in\n%s%s", want, o.out, o.errors)
		}
	}
	var m classifiedMessage
	if err := json.Unmarshal([]byte(call(t.Context(), classifyMail, "classify", "-json", "-").out), &m); err != nil || len(m.Measures) != 1 {
		t.Errorf("-json: %v, %+v", err, m)
	}
	if o := call(t.Context(), "", "classify"); o.code != exitUsage {
		t.Errorf("without a file: exit %d", o.code)
	}
}

// FuzzClassifyReport: whatever a message holds, its report is text that a
// terminal can be given.
func FuzzClassifyReport(f *testing.F) {
	f.Add([]byte(classifyMail))
	f.Add([]byte("Subject: asilo nido \x1b[2J PNRR\n\nborgo\x9b"))
	k := shippedClassifier()
	f.Fuzz(func(t *testing.T, raw []byte) {
		var b strings.Builder
		if err := classified(k, "-", raw).print(&b, true); err != nil {
			t.Fatal(err)
		}
		if !utf8.ValidString(b.String()) {
			t.Errorf("not UTF-8: %q", b.String())
		}
		if i := strings.IndexFunc(b.String(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
			t.Errorf("a control character: %q", b.String()[i:min(len(b.String()), i+20)])
		}
		if a := classifyMessage(k, raw); a.Error != "" {
			t.Error(a.Error)
		}
	})
}
