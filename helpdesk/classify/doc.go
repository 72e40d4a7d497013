// Package classify proposes what a question is about: its measure, its topics,
// and whether it asks for a call. It also holds the Italian stems that search
// and earlier answers use, so that all three take the same words for the same.
//
// A Classifier goes by rules first: codes and known projects, then words of
// the catalogue in their context. Where those are silent a Model decides that
// was learned from the questions that people confirmed. It would rather say
// nothing than something wrong: a wrong measure falsifies the figures, a
// missing one costs a click.
//
// Invariants:
//
//   - the caller hands in the subject and what is new in the text, never the
//     quoted history, a signature or a disclaimer (mailbox/quote parts them);
//   - a bare number («misura 1.4.3») alone never gives a measure;
//   - every proposal has its reason, an Italian sentence for whoever confirms;
//   - work is linear in the text's length, of which at most 64 KiB are read,
//     and the answer depends on nothing but what is handed in.
//
// A Classifier does not change once made and is safe for concurrent use. A
// Model is not: whoever learns into it must not let anybody read meanwhile.
// The package starts no goroutine.
package classify
