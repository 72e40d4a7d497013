// Triage in the queue: what is proposed of a row is confirmed, or its measure chosen, without
// leaving the list; then the next row has its turn.

import { say } from "./base.js";
import { ownChange, refresh } from "./coda.js";
import { focusAt, indexOf, row } from "./righe.js";

const numberOf = (tr) => tr.id.slice(2);

// send posts a form's fields and goes on to the next row; what the server refuses comes back as its
// sentence. A dialog that closes gives the focus back to where it was, so it does before.
async function send(tr, action, fields) {
  const at = indexOf(tr);
  const id = tr.id;
  ownChange(numberOf(tr));
  const answer = await fetch(action, { method: "POST", headers: { "HX-Request": "true" }, body: fields }).catch(() => null);
  if (!answer) return "Connessione assente. Riprova fra poco.";
  if (answer.status === 401) location.reload(); // the server shows the log-in
  if (!answer.ok) return answer.text();
  await refresh();
  dialog()?.close();
  focusAt(document.getElementById(id) ? at + 1 : at);
  return "";
}

async function confirm(tr) {
  if (!("proposte" in tr.dataset)) {
    say("Non c'è niente da confermare: con M si sceglie la misura.");
    return;
  }
  const refusal = await send(tr, `/quesiti/${numberOf(tr)}/conferma`, new URLSearchParams({ versione: tr.dataset.versione }));
  say(refusal || `${numberOf(tr)}: confermato.`);
}

const dialog = () => document.getElementById("scelta");

async function choose(tr, what) {
  const answer = await fetch(`/quesiti/${numberOf(tr)}/${what}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    say("Operazione non riuscita. Riprova.");
    return;
  }
  dialog().innerHTML = await answer.text();
  dialog().dataset.riga = tr.id;
  dialog().setAttribute("aria-labelledby", "scelta-t");
  dialog().showModal();
  dialog().querySelector("select, input:not([type=hidden])")?.focus();
}

async function chosen(form, submitter) {
  const tr = document.getElementById(dialog().dataset.riga);
  const refusal = await send(tr, form.action, new URLSearchParams(new FormData(form, submitter)));
  if (!refusal) {
    say(`${numberOf(tr)}: salvato.`);
    return;
  }
  const note = dialog().querySelector("[role=alert]");
  note.textContent = refusal;
  note.hidden = false;
}

document.addEventListener("submit", (e) => {
  if (e.target.matches("#righe form[data-conferma]")) {
    e.preventDefault();
    confirm(e.target.closest("tr"));
  } else if (e.target.method === "post" && e.target.closest("#scelta")) {
    e.preventDefault();
    chosen(e.target, e.submitter);
  }
});
document.addEventListener("click", (e) => {
  if (e.target.closest("[data-chiudi]")) e.target.closest("dialog").close();
});

// The keys, in the queue on the row that has the focus; false where there is no row.
export const confirmRow = () => row() !== null && (confirm(row()), true);
export const chooseInRow = (what) => row() !== null && dialog() !== null && (choose(row(), what), true);
