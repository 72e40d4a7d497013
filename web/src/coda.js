// Live news. The event «coda» carries {numero, tipo: nuovo | messaggio | stato}; rows are never
// pushed in above the reader's eyes, a bar offers them.

const htmx = window.htmx;
// The browser's «back» has htmx put in a new body: whatever stands in it is looked up when needed.
const newsBar = () => document.getElementById("novita");
const queue = () => document.getElementById("lista");
const ticket = document.getElementById("comp")?.dataset.bozza ?? location.pathname.match(/^\/quesiti\/(\d{4}-\d{6,})$/)?.[1];
const news = { nuovo: new Set(), altro: new Set() };

function words() {
  const n = news.nuovo.size;
  if (n === 1) return "1 nuovo quesito";
  if (n > 1) return `${n} nuovi quesiti`;
  return news.altro.size === 1 ? "1 quesito aggiornato" : `${news.altro.size} quesiti aggiornati`;
}

function offer(text, label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", act);
  newsBar().replaceChildren(document.createTextNode(text + " · "), button);
  newsBar().hidden = false;
}

function forget() {
  news.nuovo.clear();
  news.altro.clear();
}

// One at a time: htmx aborts a request that another replaces, and calls that an error.
let running = null;
let again = false;

// refresh brings the list up to date; what it returns resolves when it is.
export function refresh() {
  forget();
  newsBar().hidden = true;
  again = running !== null;
  running ??= htmx.ajax("GET", location.pathname + location.search, {
    source: "#filtri", target: "#lista", select: "#lista", selectOOB: "#conteggio", swap: "morph:outerHTML",
  }).catch(() => {}).then(() => { // replaced by a filter, or the page was left
    running = null;
    return again ? refresh() : undefined;
  });
  return running;
}

// What was done in this list is no news to it.
const own = new Set();

export function ownChange(number) {
  own.add(number);
}

document.addEventListener("sportello:coda", (e) => {
  if (!newsBar()) return;
  let event;
  try { event = JSON.parse(e.detail); } catch { return; }
  if (event.tipo === "stato" && own.delete(event.numero)) return;
  if (queue()) {
    (event.tipo === "nuovo" ? news.nuovo : news.altro).add(event.numero);
    offer(words(), "Mostra", refresh);
  } else if (event.numero === ticket && event.tipo === "messaggio") {
    offer("È arrivato un nuovo messaggio", "Mostra", () => location.reload());
  }
});

document.addEventListener("htmx:historyRestore", forget); // the page just fetched has it all

// The way back from a ticket leads to the queue as it was last seen in this tab, however many
// actions lie between. Without script it leads there from the first page only.
const BACK = "coda";

function remember() {
  if (queue()) sessionStorage.setItem(BACK, JSON.stringify({ path: location.pathname + location.search, name: document.querySelector("h1").textContent }));
}
for (const event of ["htmx:pushedIntoHistory", "htmx:historyRestore"]) document.addEventListener(event, remember);
remember();

const back = document.getElementById("indietro");
const lastQueue = JSON.parse(sessionStorage.getItem(BACK) ?? "null");
if (back && lastQueue) {
  back.href = lastQueue.path;
  back.setAttribute("aria-label", "Torna a " + lastQueue.name);
}

// Reading changes something, so a script says it with a POST after the page is there.
const mark = document.getElementById("letto");
if (mark) {
  fetch(mark.action, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(new FormData(mark)) }).catch(() => {});
}

// The ticket opens at why an action was refused, at its first unread message, or at its newest, from
// where that begins; our acknowledgement, which comes after each question, is not what one came to read.
// Of an answer of ours that did not arrive one sees what became of it.
const refusal = document.querySelector(".filo > [role=alert]");
const unread = document.querySelector(".msgs [data-nuovo]");
const newest = [...document.querySelectorAll(".msgs .msg:not(.msg-system)")].at(-1);
if (refusal) refusal.focus();
else if (newest && !location.hash && matchMedia("(min-width: 992px)").matches) {
  const goal = document.getElementById(unread?.dataset.su) ?? unread ?? newest; // a notice stands on what it is about
  const trouble = goal.querySelector(".consegna-failed, .consegna-unknown, .ricevuta-no");
  (trouble ?? goal).scrollIntoView({ block: trouble ? "center" : "start" });
}
