// Package richtext turns what people write into HTML that is safe to show and
// to mail: Markdown of the staff, plain text and HTML of incoming mail.
//
// Incoming HTML is shown in two ways. Sanitize gives the fragment that stands in
// our own page: an allow-list of tags without style, class, id or anything
// remote. Original gives a document close to what the sender saw, to be served
// only under the sandbox and policy it names.
//
// What always holds:
//   - the result of Sanitize, read by an HTML parser and written again, is the
//     same bytes: no browser sees another tree than the one that was checked;
//   - Sanitize(Sanitize(x)) is Sanitize(x);
//   - where that cannot be had, or a limit is passed, the mail is shown as text:
//     nothing is passed through because it was too odd to understand;
//   - work grows in step with the input.
//
// All functions are pure and safe for concurrent use.
package richtext
