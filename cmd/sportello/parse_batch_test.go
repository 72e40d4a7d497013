package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// batch runs parse -batch over requests and gives its answers by id.
func batch(t *testing.T, requests string) map[string]batchAnswer {
	t.Helper()
	o := call(t.Context(), requests, "parse", "-batch")
	if o.code != exitOK {
		t.Fatalf("exit %d: %s", o.code, o.errors)
	}
	answers := map[string]batchAnswer{}
	for line := range strings.Lines(o.out) {
		var a batchAnswer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		answers[a.ID] = a
	}
	if n := strings.Count(strings.TrimSpace(requests), "\n") + 1; len(answers) != n {
		t.Errorf("%d answers to %d requests", len(answers), n)
	}
	return answers
}

// request writes content in a file and asks for it.
func request(t *testing.T, id, input, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "corpo")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	line, err := json.Marshal(batchJob{ID: id, Path: path, Input: input})
	if err != nil {
		t.Fatal(err)
	}
	return string(line) + "\n"
}

const answerAbove = "Sì, è corretto.\n\nIl giorno lun 16 nov 2026 alle ore 10:00 Anna Verdi ha scritto:\n> È corretto?\n"

func TestParseBatch(t *testing.T) {
	mail := question("q1", "CUP mancante", "", answerAbove)
	got := batch(t, request(t, "mail", "message", mail)+
		request(t, "text", "text", answerAbove)+
		request(t, "html", "html", `<p>Sì, è corretto.</p><blockquote type="cite">È corretto?</blockquote>`))
	m := got["mail"]
	if m.Subject != "CUP mancante" || m.FromEmail != officer || m.FromName != "Maria Bianchi" || m.IsAuto || m.IsBounce || m.Error != "" {
		t.Errorf("message: %+v", m)
	}
	for id, a := range got {
		if a.VisibleText != "Sì, è corretto." || !strings.Contains(a.Text, "È corretto?") {
			t.Errorf("%s: visible %q of %q", id, a.VisibleText, a.Text)
		}
	}
}

func TestParseBatchFiles(t *testing.T) {
	mail := "From: a@comune.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nEcco.\n--b\n" +
		"Content-Type: text/csv; name=cup.csv\nContent-Disposition: attachment\n\na;b\r\n1; 2\n--b--\n"
	files := batch(t, request(t, "1", "message", mail))["1"].Attachments
	want := []batchFile{{"cup.csv", 9, hashed([]byte("a;b\r\n1; 2")), hashed([]byte("a;b1;2")), "text/csv"}}
	if !slices.Equal(files, want) {
		t.Errorf("%+v", files)
	}
}

// Every line has its answer, and what could not be done is said in it.
func TestParseBatchErrors(t *testing.T) {
	o := call(t.Context(), "non è JSON\n\n{\"id\":\"2\",\"path\":\"/manca\"}\n"+request(t, "3", "voce", "x"), "parse", "-batch")
	if n := strings.Count(o.out, `"error":`); n != 4 || o.code != exitOK {
		t.Errorf("%d errors, exit %d:\n%s", n, o.code, o.out)
	}
	if !strings.HasPrefix(o.errors, "letti 4 file; il più lento: ") {
		t.Errorf("standard error: %s", o.errors)
	}
	if o := call(t.Context(), "", "parse", "-batch", "-json"); o.code != exitUsage {
		t.Errorf("-batch with -json: exit %d", o.code)
	}
	if o := call(t.Context(), "", "parse"); o.code != exitUsage {
		t.Errorf("without a file: exit %d", o.code)
	}
}
