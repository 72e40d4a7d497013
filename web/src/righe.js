// The rows of the queue and the messages of a ticket, as the keyboard walks through them.

const items = () => [...document.querySelectorAll("#righe tr[id], .msgs .msg")];
let current = -1;

export function focusAt(index) {
  const all = items();
  if (!all.length) return;
  current = Math.max(0, Math.min(all.length - 1, index));
  all.forEach((item, i) => item.classList.toggle("corrente", i === current));
  (all[current].querySelector("a.q-sogg") ?? all[current]).focus({ preventScroll: true });
  all[current].scrollIntoView({ block: "nearest" });
}

export function move(step) {
  const at = items().findIndex((item) => item.contains(document.activeElement));
  focusAt((at >= 0 ? at : current) + step);
}

// row is the row of the queue that keys act on.
export const row = () => document.activeElement.closest("#righe tr[id]") ?? document.querySelector("#righe tr.corrente");

export const indexOf = (item) => items().indexOf(item);
