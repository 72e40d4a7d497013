// A session ends after half an hour without a click. Writing is work too: it keeps the session, and
// who writes hears in time that it is over.

const EVERY = 5 * 60_000;
let last = Date.now();

export function ended() {
  document.dispatchEvent(new CustomEvent("sportello:scaduta"));
}

// alive asks a page that every signed-in user has, without reading it.
async function alive() {
  const answer = await fetch("/profilo", { method: "HEAD", headers: { "HX-Request": "true" } });
  if (answer.status === 401) ended();
}

document.addEventListener("input", () => {
  if (!document.body.matches(".app") || Date.now() - last < EVERY) return;
  last = Date.now();
  alive().catch(() => {}); // no connection: the notice of the stream says so
});
