package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"
)

// tnefMessage is the mail of an Outlook set to rich text: a short plain part
// and winmail.dat with the text and the attachments (MS-OXTNEF).
func tnefMessage(d demoDraft) ([]byte, error) {
	d.Style = "outlook"
	c := demoClients[d.Style]
	winmail := filePart(demoFile{Name: "winmail.dat", Type: "application/ms-tnef", Data: tnef(d)}, false)
	root := groupParts("mixed", d.nextBoundary(c), textPart("plain", "iso-8859-1", "quoted-printable", d.Text+"\n"), winmail)
	root.header = append(append(d.head(c), "X-MS-TNEF-Correlator: <"+d.ID+">"), root.header...)
	var b bytes.Buffer
	root.write(&b)
	return b.Bytes(), nil
}

func tnef(d demoDraft) []byte {
	b := []byte{0x78, 0x9F, 0x3E, 0x22, 0x01, 0x00}
	add := func(level byte, id uint32, data []byte) {
		b = append(b, level)
		b = binary.LittleEndian.AppendUint32(b, id)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
		b = append(b, data...)
		var sum uint16
		for _, c := range data {
			sum += uint16(c)
		}
		b = binary.LittleEndian.AppendUint16(b, sum)
	}
	const message, attachment = 1, 2
	add(message, 0x00089006, []byte{0, 0, 1, 0})                // version
	add(message, 0x00069007, []byte{0xE4, 4, 0, 0, 0, 0, 0, 0}) // code page 1252
	add(message, 0x00018004, append(toLatin1([]byte(d.Subject)), 0))
	add(message, 0x0002800C, append(toLatin1([]byte(d.Text)), 0))
	for _, f := range d.Files {
		add(attachment, 0x00069002, []byte{1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0}) // rendering data
		add(attachment, 0x00018010, append(toLatin1([]byte(f.Name)), 0))
		add(attachment, 0x0006800F, f.Data)
	}
	return b
}

// deliveryFailure is the report (RFC 3464) that a mail server writes about sent
// when one of its recipients cannot be reached. status is an enhanced code such
// as 5.7.1 (RFC 3463), reporter the server's name.
func deliveryFailure(sent []byte, reporter, recipient, status, reason string, at time.Time) ([]byte, error) {
	m, err := readDemoHead(sent)
	if err != nil {
		return nil, fmt.Errorf("write delivery report: %w", err)
	}
	text := fmt.Sprintf("This is the mail system at host %s.\n\nI'm sorry to have to inform you that your message could not\n"+
		"be delivered to one or more recipients. It's attached below.\n\n<%s>: %s\n", reporter, recipient, reason)
	status3464 := fmt.Sprintf("Reporting-MTA: dns; %s\r\nArrival-Date: %s\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\n"+
		"Status: %s\r\nDiagnostic-Code: smtp; 550 %s %s\r\n", reporter, m.date.Format(time.RFC1123Z), recipient, status, status, reason)
	headers, _, _ := bytes.Cut(sent, []byte("\r\n\r\n"))
	root := groupParts("report; report-type=delivery-status", "B7F2"+shortHash(m.id)+"/"+reporter,
		textPart("plain", "us-ascii", "7bit", text),
		&mimePart{header: []string{"Content-Description: Delivery report", "Content-Type: message/delivery-status"}, body: []byte(status3464)},
		&mimePart{header: []string{"Content-Description: Undelivered Message Headers", "Content-Type: text/rfc822-headers"}, body: append(headers, "\r\n"...)})
	root.header = append([]string{
		"Return-Path: <>",
		"From: Mail Delivery System <MAILER-DAEMON@" + reporter + ">",
		"To: " + m.from.Address,
		"Subject: Undelivered Mail Returned to Sender",
		"Date: " + at.Format(time.RFC1123Z),
		"Message-ID: <" + at.UTC().Format("20060102150405") + "." + shortHash(m.id) + "@" + reporter + ">",
		"Auto-Submitted: auto-replied",
		"MIME-Version: 1.0",
	}, root.header...)
	var b bytes.Buffer
	root.write(&b)
	return b.Bytes(), nil
}

// strayDSN reports on a message that the desk never sent: it comes from the
// years when the mailbox was read with a mail program.
func strayDSN(d demoDraft) ([]byte, error) {
	old := demoDraft{Style: "thunderbird", From: mail.Address{Name: "Sportello PNRR", Address: demoBox},
		To: "tecnico.old@" + strings.TrimPrefix(d.From.Address, "MAILER-DAEMON@mx."), Subject: "Promemoria aggiornamento ReGiS",
		ID: shortHash(d.ID) + "@old-client.centro.example", At: d.At.AddDate(0, 0, -5), Text: "Buongiorno, si ricorda la scadenza del 10."}
	raw, err := old.build()
	if err != nil {
		return nil, err
	}
	host := strings.TrimPrefix(d.From.Address, "MAILER-DAEMON@")
	return deliveryFailure(raw, host, old.To, "5.4.7", "message expired after 5 days", d.At)
}

// readReceipt is a disposition notification, RFC 8098.
func readReceipt(d demoDraft) ([]byte, error) {
	c := demoClients["outlook"]
	body := "Reporting-UA: Microsoft Outlook 16.0\r\nFinal-Recipient: rfc822; " + d.From.Address + "\r\nOriginal-Message-ID: <" +
		shortHash(d.ID) + "@old-client.centro.example>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"
	root := groupParts("report; report-type=disposition-notification", d.nextBoundary(c),
		textPart("plain", "utf-8", "quoted-printable", d.Text+"\n"),
		&mimePart{header: []string{"Content-Type: message/disposition-notification"}, body: []byte(body)})
	root.header = append(d.head(c), root.header...)
	var b bytes.Buffer
	root.write(&b)
	return b.Bytes(), nil
}

// brokenMessage is what a failing relay leaves behind: no readable header, a
// multipart that never ends, a charset that does not exist. It holds no NUL,
// because real IMAP servers refuse to keep one.
func brokenMessage(at time.Time) []byte {
	return []byte("\x80\x81\xfe garbled relay line without any colon\r\n" +
		"Fro\x01m tecnico@@comune..example\r\nSubject =?utf-9?Q?=ZZ=C3?=\r\nDate: " + at.Format("02-01-06") + " boh\r\n" +
		"Content-Type: multipart/mixed; boundary=\"\r\n\r\n--\"\r\nContent-Type: text/plain; charset=x-ibm-unknown\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\n%%%%\xc3\x28\xa0\xa1" + strings.Repeat("\xe2\x28\xa1~", 40) + "\r\n")
}

// lazyMiddle stands in a message for many equal lines, so that 60 MB exist only
// while somebody reads them.
type lazyMiddle struct {
	line  []byte
	count int
}

func (l lazyMiddle) size() int64 { return int64(len(l.line)) * int64(l.count) }

func (l lazyMiddle) reader() io.Reader { return &lineReader{lazyMiddle: l} }

type lineReader struct {
	lazyMiddle
	at int64
}

func (r *lineReader) Read(p []byte) (int, error) {
	if r.at >= r.size() {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && r.at < r.size() {
		k := copy(p[n:], r.line[r.at%int64(len(r.line)):])
		n += k
		r.at += int64(k)
	}
	return n, nil
}

// hugeMessage builds the message around a middle of about megabytes MB.
func hugeMessage(d demoDraft, name string, megabytes int) (head []byte, middle lazyMiddle, tail []byte, err error) {
	line := wrapBase64(bytes.Repeat([]byte{0x50, 0x4B, 0x03}, 19))
	d.Style = "thunderbird"
	d.Files = []demoFile{{Name: name, Type: "application/zip", Data: bytes.Repeat([]byte{0x50, 0x4B, 0x03}, 19)}}
	raw, err := d.build()
	if err != nil {
		return nil, lazyMiddle{}, nil, err
	}
	cut := bytes.Index(raw, line)
	if cut < 0 {
		return nil, lazyMiddle{}, nil, fmt.Errorf("huge message %q: attachment not found", name)
	}
	return raw[:cut], lazyMiddle{line, megabytes << 20 / len(line)}, raw[cut:], nil
}
