// Package pec reads Italian certified mail (posta elettronica certificata, RFC
// 6109): the transport envelope in which a provider delivers a person's
// message, the receipts about what was sent, and daticert.xml, in which the
// provider states sender, recipients and legal date.
//
// What is read here is a claim, never a right: anybody can write the header
// X-Trasporto or attach a daticert.xml, and the provider's signature is not
// checked. The package says what a message claims and where its claims differ;
// the caller shows both.
//
// The package is pure; its work is linear in the size of the message. XML is
// read by a bounded reader that knows no DTD and no entities of its own.
package pec
