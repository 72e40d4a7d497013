// What every page shares: dialogs, menus anchored to their button, connection notice, small helps.

import { ended } from "./sessione.js";

const $ = (selector, root = document) => root.querySelector(selector);

document.documentElement.classList.add("js");

document.addEventListener("click", (e) => {
  const opener = e.target.closest("[data-apri]");
  if (opener) {
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.apri)?.showModal();
  }
  if (e.target.closest("[data-stampa]")) {
    e.target.closest("[popover]")?.hidePopover();
    print();
  }
  const eye = e.target.closest("[data-mostra]");
  if (eye) {
    const field = document.getElementById(eye.dataset.mostra);
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    eye.setAttribute("aria-pressed", String(!shown));
  }
  if (e.target.nodeName === "DIALOG") e.target.close(); // a click on the backdrop
});

// A menu opens under its button. Without script it opens in the middle, where the browser puts it.
document.addEventListener("beforetoggle", (e) => {
  const menu = e.target;
  if (e.newState !== "open" || !menu.classList?.contains("menu-pop")) return;
  const button = $(`[popovertarget="${menu.id}"]`);
  if (!button) return;
  const box = button.getBoundingClientRect();
  const top = Math.round(box.bottom + 6);
  const width = document.documentElement.clientWidth;
  // A button in the left half, as on a telephone, has no room for a menu to its left.
  menu.style.inset = box.left + box.right < width
    ? `${top}px auto auto ${Math.max(8, Math.round(box.left))}px`
    : `${top}px ${Math.max(8, Math.round(width - box.right))}px auto auto`;
  menu.style.margin = "0";
}, true);

// The head of a ticket is as high as its subject is long; the details stick below it.
const head = $(".tk-testa");
if (head) new ResizeObserver(() => document.documentElement.style.setProperty("--tk-h", `${head.offsetHeight}px`)).observe(head);

// What has the focus is not to hide behind the composer (WCAG 2.4.11).
const composer = $("#comp");
if (composer) new ResizeObserver(() => document.documentElement.style.setProperty("--comp-h", `${composer.offsetHeight}px`)).observe(composer);

function changed(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (!field.options) return false;
  const initial = [...field.options].find((o) => o.defaultSelected) ?? field.options[0];
  return initial?.value !== field.value;
}

// A select with a button of its own: the button shows once something else is chosen.
document.addEventListener("change", (e) => {
  const form = e.target.closest("form[data-cambia]");
  if (!form) return;
  form.classList.toggle("cambiato", [...form.elements].some(changed));
});

// A form that must not be sent twice in a row; the server's idempotency key is the real guard.
document.addEventListener("submit", (e) => {
  if (e.target.matches("[data-esci]")) sessionStorage.clear(); // drafts are of who wrote them
  if (!e.target.matches("[data-una-volta]") || e.defaultPrevented) return;
  if (e.target.dataset.inviato) { e.preventDefault(); return; }
  e.target.dataset.inviato = "si";
});
addEventListener("pageshow", () => document.querySelectorAll("[data-inviato]").forEach((f) => delete f.dataset.inviato));

for (const notice of document.querySelectorAll(".avviso")) setTimeout(() => notice.remove(), 8000);

export function say(text) {
  const notice = document.createElement("p");
  notice.className = "avviso";
  notice.textContent = text;
  $("#avvisi")?.append(notice);
  setTimeout(() => notice.remove(), 8000);
}

document.body.addEventListener("htmx:responseError", (e) => {
  if (e.detail.xhr.status !== 401) say("Operazione non riuscita. Riprova.");
  else if ($("#testo")?.value) ended();
  else location.reload(); // the server shows the log-in
});
document.body.addEventListener("htmx:sendError", () => say("Connessione assente. Riprova fra poco."));

// A short break is not worth a word: the notice comes after five seconds, however often the browser
// tries meanwhile.
const announce = (text) => { if ($("#rete")) $("#rete").textContent = text; };
let broken;
document.addEventListener("sportello:connessione", (e) => {
  if (e.detail.open) {
    clearTimeout(broken);
    broken = undefined;
    announce("");
  } else {
    broken ??= setTimeout(() => announce("Aggiornamenti in tempo reale interrotti: nuovo tentativo fra poco."), 5000);
  }
});
document.addEventListener("sportello:scaduta", () => {
  clearTimeout(broken);
  broken ??= 0; // until the stream opens again this notice stays
  announce("La sessione è scaduta: accedi in un'altra scheda.");
});
