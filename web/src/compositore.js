// The editor: Markdown in a textarea, with the browser's own undo; preview by the server.

const $ = (selector, root = document) => root.querySelector(selector);
const form = $("#comp");
if (form) start();

function start() {
  const area = $("#testo");
  const insert = (text) => {
    area.focus();
    // execCommand is the only way that keeps the undo history.
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const selected = () => area.value.slice(area.selectionStart, area.selectionEnd);
  const wrap = (mark) => {
    const text = selected() || "testo";
    const from = area.selectionStart + mark.length;
    insert(mark + text + mark);
    area.setSelectionRange(from, from + text.length);
  };
  const tools = {
    md: (b) => wrap(b.dataset.md),
    riga: (b) => insert((selected() || "voce").split("\n").map((line) => b.dataset.riga + line).join("\n")),
    link: () => insert(`[${selected() || "testo"}](https://)`),
  };
  form.addEventListener("click", (e) => {
    const button = e.target.closest("button");
    if (!button) return;
    for (const [name, act] of Object.entries(tools)) if (name in button.dataset) act(button);
    if ("anteprima" in button.dataset) { e.preventDefault(); preview(button, area); }
  });
  form.addEventListener("keydown", (e) => {
    if (!e.ctrlKey && !e.metaKey) {
      if (e.key === "Enter" && e.target.matches("#c-a, #c-cc")) e.preventDefault();
      return;
    }
    if (e.key === "Enter") { e.preventDefault(); form.requestSubmit(sendButton()); }
    if (e.target === area && (e.key === "b" || e.key === "i")) { e.preventDefault(); wrap(e.key === "b" ? "**" : "_"); }
  });
  const grow = () => {
    area.style.height = "auto";
    area.style.height = Math.min(area.scrollHeight + 2, Math.round(innerHeight * 0.34)) + "px";
  };
  area.addEventListener("input", grow);
  $("#c-a").addEventListener("input", (e) => { $("#comp-a").textContent = e.target.value || "nessuno"; });
  drafts(area);
  // The server asks too; here it costs no round trip, and no file has to be chosen again.
  const questions = [files(area), askMeasure];
  form.addEventListener("submit", (e) => {
    if (isNote() || (e.submitter && e.submitter.value !== "invia")) return;
    if (questions.filter((asked) => asked()).length === 0) return;
    e.preventDefault();
    e.stopImmediatePropagation();
  });
  grow();
}

const isNote = () => form.elements.tipo.value === "nota";
const sendButton = () => $(isNote() ? ".per-nota" : ".per-risposta", form);

async function preview(button, area) {
  const pane = $("#anteprima");
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  area.hidden = on;
  pane.hidden = !on;
  if (!on) { area.focus(); return; }
  pane.textContent = "Un momento…";
  await window.htmx.ajax("POST", "/anteprima", { target: pane, swap: "innerHTML", values: { testo: area.value, tipo: form.elements.tipo.value, numero: form.dataset.bozza } });
}

// A copy of what is written stays in this tab until the server says that it took it: a lost
// connection, an ended session or a closed page must not cost a letter.
function drafts(area) {
  const key = "bozza:" + form.dataset.bozza;
  const line = $("#bozza");
  const { a, cc, poi, allegati } = form.elements;
  const changed = (field) => (field.value === field.defaultValue ? undefined : field.value);
  const chosen = () => (poi?.selectedOptions[0]?.defaultSelected ? undefined : poi?.value);
  let filesLost = false;
  const restore = (saved) => {
    area.value = saved.text;
    if (saved.note) $("input[name=tipo][value=nota]", form).checked = true;
    a.value = saved.a ?? a.value;
    cc.value = saved.cc ?? cc.value;
    if (poi) poi.value = saved.poi ?? poi.value;
    if (saved.asked && measureField()) openQuestion();
    a.dispatchEvent(new Event("input"));
    if (saved.a || saved.cc) a.closest("details").open = true;
    filesLost = saved.files;
    if (filesLost) warn("Gli allegati vanno scelti di nuovo.");
    line.textContent = "Testo ripreso da questo browser";
    form.closest("details")?.setAttribute("open", "");
  };
  const saved = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (saved && saved.key === form.dataset.inviata) sessionStorage.removeItem(key);
  else if (saved?.text && !area.value) restore(saved);
  let timer;
  const save = () => {
    if (!area.value) { sessionStorage.removeItem(key); line.textContent = ""; return; }
    sessionStorage.setItem(key, JSON.stringify({
      key: form.dataset.chiave, text: area.value, note: isNote(),
      a: changed(a), cc: changed(cc), poi: chosen(), asked: measureField()?.disabled === false, files: filesLost || allegati.files.length > 0,
    }));
    line.textContent = "Salvato in questo browser";
  };
  form.addEventListener("input", (e) => {
    if (e.target === allegati) filesLost = false;
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  });
  addEventListener("pagehide", save);
}

// warn puts a sentence above the form.
function warn(text, ...more) {
  const note = document.createElement("p");
  note.className = "comp-av";
  note.setAttribute("role", "alert");
  note.append(text, ...more);
  form.prepend(note);
}

function files(area) {
  const input = $("#allegati");
  const list = $("#scelti");
  const limit = Number(form.dataset.limite);
  const megabytes = (n) => (n / 1e6).toLocaleString("it", { maximumFractionDigits: 1 }) + " MB";
  const show = () => {
    const chosen = [...input.files];
    list.replaceChildren(...chosen.map((file, i) => {
      const row = document.createElement("li");
      const drop = document.createElement("button");
      drop.type = "button";
      drop.textContent = "Togli";
      drop.setAttribute("aria-label", "Togli " + file.name);
      drop.addEventListener("click", () => set(chosen.filter((_, k) => k !== i)));
      row.append(`${file.name} (${megabytes(file.size)}) `, drop);
      return row;
    }));
    const total = chosen.reduce((sum, file) => sum + file.size, 0);
    input.setCustomValidity(limit && total > limit ? `Gli allegati superano ${megabytes(limit)} in tutto.` : "");
  };
  const set = (all) => {
    const box = new DataTransfer();
    all.forEach((file) => box.items.add(file));
    input.files = box.files;
    show();
  };
  input.addEventListener("change", show);
  const carriesFiles = (e) => e.dataTransfer.types.includes("Files"); // text that is dragged goes where the browser puts it
  form.addEventListener("dragover", (e) => {
    if (!carriesFiles(e)) return;
    e.preventDefault();
    form.classList.add("sopra");
  });
  form.addEventListener("dragleave", () => form.classList.remove("sopra"));
  form.addEventListener("drop", (e) => {
    if (!carriesFiles(e)) return;
    e.preventDefault();
    form.classList.remove("sopra");
    set([...input.files, ...e.dataTransfer.files]);
  });
  area.addEventListener("paste", (e) => {
    // Word and Excel put a picture of the text beside the text.
    if (!e.clipboardData.files.length || e.clipboardData.types.includes("text/plain")) return;
    e.preventDefault();
    set([...input.files, ...e.clipboardData.files]);
  });
  // The same words as on the server, in what was written and not in what it quotes.
  const words = new Set(form.dataset.parole.split(" "));
  const speaksOfFile = (text) => text.split("\n").filter((line) => !line.startsWith(">"))
    .some((line) => line.toLowerCase().split(/\s+/).some((word) => words.has(word.replace(/^[.,;:()«»"'!?]+|[.,;:()«»"'!?]+$/g, ""))));
  let warned = form.querySelector("[name=senza_allegato]") !== null;
  return () => {
    if (warned || input.files.length || !speaksOfFile(area.value)) return false;
    warned = true;
    const ok = Object.assign(document.createElement("input"), { type: "hidden", name: "senza_allegato", value: "1" });
    warn("Il testo parla di un allegato, ma non ce n'è nessuno. Aggiungilo, oppure invia di nuovo così com'è.", ok);
    return true;
  };
}

// The measure of the question is asked about once for each draft.
function measureField() {
  return form.elements.misura_chiesta;
}

function openQuestion() {
  measureField().disabled = false;
  $("#comp-mis").hidden = false;
  $(".per-risposta", form).textContent = "Invia senza misura";
}

function askMeasure() {
  if (!measureField()?.disabled) return false;
  openQuestion();
  const choice = $("#comp-misura");
  (choice.value ? $("#comp-mis button") : choice).focus();
  form.dispatchEvent(new Event("input", { bubbles: true })); // the draft remembers
  return true;
}
