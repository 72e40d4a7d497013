// Single keys, in one place. They can be switched off (WCAG 2.1.4): by the server for a user, by the
// box in the help dialog for this browser.

import { chooseInRow, confirmRow } from "./classifica.js";
import { move } from "./righe.js";

const $ = (selector, root = document) => root.querySelector(selector);
const STORE = "sportello-scorciatoie";
const byServer = document.body.dataset.shortcuts === "off";

const enabled = () => !byServer && localStorage.getItem(STORE) !== "no";

function showSetting() {
  const box = $("#scorciatoie-si");
  if (!box) return;
  box.checked = enabled();
  box.disabled = byServer;
}
showSetting();
document.addEventListener("htmx:historyRestore", showSetting); // «back» brings a new body
document.addEventListener("change", (e) => {
  if (e.target.id === "scorciatoie-si") localStorage.setItem(STORE, e.target.checked ? "si" : "no");
});

function write(kind) {
  const form = $("#comp");
  if (!form) return;
  form.closest("details")?.setAttribute("open", "");
  $(`input[name=tipo][value=${kind}]`, form)?.click();
  $("#testo").focus();
}

// Details are a drawer on narrow screens.
function inDetails(id) {
  const field = document.getElementById(id);
  const drawer = field?.closest("[popover]");
  if (drawer && getComputedStyle(drawer).display === "none") drawer.showPopover();
  field?.focus();
}

const submit = (id) => document.getElementById(id)?.querySelector("button:not([type=button])")?.click();
const go = (url) => { location.href = url; };

const keys = {
  j: () => move(1),
  k: () => move(-1),
  o: () => $("#righe tr.corrente a.q-sogg")?.click(),
  u: () => $("#indietro")?.click(),
  r: () => write("risposta"),
  n: () => write("nota"),
  a: () => inDetails("d-ass"),
  i: () => submit("prendi"),
  e: () => submit("chiudi"),
  s: () => $("#apri-rinvia")?.click(),
  y: () => confirmRow() || submit("conferma"),
  m: () => chooseInRow("misure") || inDetails("d-misura"),
  c: () => go("/quesiti/nuovo"),
  "/": () => $("#cerca")?.focus(),
  "?": () => $("#scorciatoie")?.showModal(),
};
const places = { a: "/quesiti?vista=mie", n: "/quesiti?vista=non-assegnati", t: "/quesiti?vista=aperti" };
let going = 0; // when «g» was pressed

document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || !enabled()) return;
  if (e.target.closest("input, textarea, select, dialog, [popover]:popover-open, [contenteditable]")) return;
  const afterG = going > 0 && e.timeStamp - going < 1200;
  going = e.key === "g" ? e.timeStamp : 0;
  if (afterG && places[e.key]) {
    e.preventDefault();
    go(places[e.key]);
  } else if (Object.hasOwn(keys, e.key)) {
    e.preventDefault();
    keys[e.key]();
  }
});
