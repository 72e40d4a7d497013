package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"time"
)

// browser is a person at the desk.
type browser struct {
	url    string
	client *http.Client
}

func newBrowser(base string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // only for options that are not given
	}
	return &browser{base, &http.Client{Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *browser) get(path string) (status int, body string, err error) {
	r, err := b.client.Get(b.url + path)
	if err != nil {
		return 0, "", err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	return r.StatusCode, string(text), err
}

func (b *browser) post(path string, form url.Values) (status int, body string, err error) {
	r, err := b.client.PostForm(b.url+path, form)
	if err != nil {
		return 0, "", err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	return r.StatusCode, string(text), err
}

func (b *browser) logIn() error {
	status, body, err := b.post("/accesso", url.Values{"email": {expertEmail}, "password": {testPassword}})
	if err != nil {
		return err
	}
	if status != http.StatusSeeOther {
		return fmt.Errorf("log in: status %d: %s", status, body)
	}
	return nil
}

var (
	ticketLink = regexp.MustCompile(`/quesiti/(20\d\d-\d{6,9})`)
	formField  = regexp.MustCompile(`name="(chiave|visto|a|pec_avvisata|misura_chiesta)" value="([^"]*)"`)
)

// replyForm reads the composer of a ticket as a browser would send it.
func (b *browser) replyForm(number, text string) (url.Values, error) {
	status, page, err := b.get("/quesiti/" + number)
	if err != nil {
		return nil, err
	}
	form := url.Values{"testo": {text}, "tipo": {"risposta"}, "azione": {"invia"}, "poi": {"answered"}}
	for _, m := range formField.FindAllStringSubmatch(page, -1) {
		form.Set(m[1], m[2])
	}
	if status != http.StatusOK || form.Get("chiave") == "" || form.Get("a") == "" {
		return nil, fmt.Errorf("ticket %s: status %d, form %v", number, status, form)
	}
	return form, nil
}
