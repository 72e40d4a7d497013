package main

import (
	"bytes"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"
)

// ourAnswer is a message as the desk sends it.
const ourAnswer = "From: Sportello PNRR <sportello@centro.example>\r\nTo: tecnico@comune.valcerva.bg.example\r\n" +
	"Subject: R: Asilo nido [#2026-000123]\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <a.b.c@centro.example>\r\n" +
	"References: <one@comune.example>\r\n <two@comune.example>\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/alternative; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n" +
	"Content-Transfer-Encoding: quoted-printable\r\n\r\nGentile geometra,\r\n\r\n=C3=A8 tutto pronto.\r\n--x\r\n" +
	"Content-Type: text/html\r\n\r\n<p>no</p>\r\n--x--\r\n"

func TestOfficerReplyThreadsAndQuotes(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	for client, quote := range map[string]string{
		"outlook": "Inviato: martedì 24 novembre 2026 10:00", "zimbra": "Inviato: Martedì, 24 novembre 2026 10:00:00",
		"thunderbird": "Il 24/11/26 10:00, Sportello PNRR ha scritto:", "iphone": "> Il giorno 24 nov 2026, alle ore 10:00",
		"webmail": "ha scritto:",
	} {
		from := demoOfficers[0]
		from.Client = client
		raw, err := officerReply([]byte(ourAnswer), from, "Perfetto, una cosa ancora: quando?", now)
		if err != nil {
			t.Fatal(err)
		}
		m, err := readDemoHead(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.msg.Header.Get("In-Reply-To"); got != "<a.b.c@centro.example>" {
			t.Errorf("%s: In-Reply-To %s", client, got)
		}
		if want := []string{"one@comune.example", "two@comune.example", "a.b.c@centro.example"}; !slices.Equal(m.references[:3], want) {
			t.Errorf("%s: References %q", client, m.references)
		}
		if !strings.HasSuffix(m.subject, ": Asilo nido [#2026-000123]") || strings.Contains(m.subject, "R: R:") {
			t.Errorf("%s: subject %q", client, m.subject)
		}
		text, err := plainText(m.msg)
		if err != nil || !strings.HasPrefix(text, "Perfetto") || !strings.Contains(text, quote) || !strings.Contains(text, "è tutto pronto.") {
			t.Errorf("%s: %v, text %q", client, err, text)
		}
	}
}

func TestVacationReplyIsMarkedAutomatic(t *testing.T) {
	raw, err := vacationReply([]byte(ourAnswer), demoOfficers[1], time.Now())
	if err != nil || !bytes.Contains(raw, []byte("Auto-Submitted: auto-replied\r\n")) || !bytes.Contains(raw, []byte("In-Reply-To: <a.b.c@centro.example>")) {
		t.Errorf("%v\n%s", err, raw)
	}
}

func TestRefusalNamesOurMessage(t *testing.T) {
	raw, err := deliveryFailure([]byte(ourAnswer), "mx.gestore.example", demoPECOnly, demoPECOnlyStatus, demoPECOnlyReason, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Message-ID: <a.b.c@centro.example>", "Final-Recipient: rfc822; " + demoPECOnly, "Status: 5.7.1", "Return-Path: <>"} {
		if !bytes.Contains(raw, []byte(want)) {
			t.Errorf("no %q in\n%s", want, raw)
		}
	}
	if m, err := mail.ReadMessage(bytes.NewReader(raw)); err != nil {
		t.Error(err)
	} else {
		checkParts(t, "refusal", m.Header.Get("Content-Type"), m.Body)
	}
}

func TestReceiptsNameOurMessage(t *testing.T) {
	taken, delivered, err := pecReceipts([]byte(ourAnswer), "protocollo@pec.comune.valcerva.bg.example", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	failed, err := pecFailure([]byte(ourAnswer), demoPECOnly, "5.1.1 - indirizzo non valido", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for kind, raw := range map[string][]byte{"accettazione": taken, "avvenuta-consegna": delivered, "errore-consegna": failed} {
		m, err := readDemoHead(raw)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if got := m.msg.Header.Get("X-Ricevuta"); got != kind || m.msg.Header.Get("X-Riferimento-Message-ID") != "<a.b.c@centro.example>" {
			t.Errorf("%s: X-Ricevuta %q, reference %q", kind, got, m.msg.Header.Get("X-Riferimento-Message-ID"))
		}
		checkParts(t, kind, m.msg.Header.Get("Content-Type"), m.msg.Body)
	}
}

func TestEveryStoryHasItsReply(t *testing.T) {
	replies, err := demoReplies()
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, m := range mustDemoMails(t, time.Now()) {
		keys[m.Key] = true
	}
	stories := map[int]bool{}
	for _, r := range replies {
		stories[r.Story] = true
		if r.From.Address == "" || r.Text == "" || r.Answer == "" || r.After <= 0 || !keys[r.Key] && r.Key != "qualsiasi" {
			t.Errorf("reply %s: %+v", r.Key, r)
		}
	}
	for _, story := range []int{1, 3, 4, 7, 8} {
		if !stories[story] {
			t.Errorf("story %d has no reply", story)
		}
	}
}

func TestOfficersBelongToTheDemosTowns(t *testing.T) {
	towns, err := demoTowns()
	if err != nil {
		t.Fatal(err)
	}
	if len(demoOfficers) < 12 {
		t.Errorf("%d officers", len(demoOfficers))
	}
	for _, o := range demoOfficers {
		if !slices.ContainsFunc(towns, func(town demoTown) bool { return town.Body() == o.Body && town.Province == o.Province }) {
			t.Errorf("no body %s (%s)", o.Body, o.Province)
		}
		if _, ok := demoClients[o.Client]; !ok {
			t.Errorf("%s: no client %q", o.Name, o.Client)
		}
	}
}
