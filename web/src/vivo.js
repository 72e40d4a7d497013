// One event stream per browser. Over HTTP/1.1 a browser opens six connections to a site at most, and
// people keep a dozen tickets open: the tab that holds the lock owns the stream and repeats what it
// hears on a channel; when it goes, the lock passes on.

import { ended } from "./sessione.js";

const EVENTS = ["coda", "contatori"];
const LOCK = "sportello-eventi";
const MAX_WAIT = 60_000;

class Shared extends EventTarget {
  readyState = EventSource.CONNECTING;
  onopen = null;
  onerror = null;
  #url;
  #channel = null;
  #stop = new AbortController();

  constructor(url) {
    super();
    this.#url = url;
    if (!navigator.locks || !window.BroadcastChannel) {
      this.#lead();
      return;
    }
    this.#channel = new BroadcastChannel(LOCK);
    this.#channel.onmessage = (e) => this.#hear(e.data);
    this.#channel.postMessage({ ask: true });
    navigator.locks
      .request(LOCK, { signal: this.#stop.signal }, () => this.#lead())
      .catch(() => {}); // closed before its turn came
  }

  close() {
    this.readyState = EventSource.CLOSED;
    this.#stop.abort();
    this.#channel?.close();
  }

  // lead keeps the stream open until this tab goes; the promise holds the lock.
  #lead() {
    return new Promise((done) => {
      let wait = 1000;
      let source;
      let timer;
      const connect = () => {
        source = new EventSource(this.#url);
        source.onopen = () => { wait = 1000; this.#say({ open: true }); };
        source.onerror = () => {
          this.#say({ open: false });
          if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
          timer = setTimeout(() => { this.#ask(); connect(); }, wait);
          wait = Math.min(wait * 2, MAX_WAIT);
        };
        for (const type of EVENTS) {
          source.addEventListener(type, (e) => this.#say({ type, data: e.data }));
        }
      };
      this.#stop.signal.addEventListener("abort", () => { clearTimeout(timer); source.close(); done(); });
      this.leading = true;
      connect();
    });
  }

  // ask why the stream was refused; an event source does not tell.
  async #ask() {
    const answer = await fetch(this.#url, { method: "HEAD" }).catch(() => null);
    if (answer?.status === 401) this.#say({ ended: true });
  }

  #say(message) {
    this.#channel?.postMessage(message);
    this.#hear(message);
  }

  #hear(message) {
    if (message.ask) {
      if (this.leading && this.readyState === EventSource.OPEN) this.#channel?.postMessage({ open: true });
    } else if (message.type) {
      this.dispatchEvent(new MessageEvent(message.type, { data: message.data }));
      document.dispatchEvent(new CustomEvent("sportello:" + message.type, { detail: message.data }));
    } else if (message.ended) {
      ended();
    } else {
      this.#connected(message.open);
    }
  }

  #connected(open) {
    this.readyState = open ? EventSource.OPEN : EventSource.CONNECTING;
    if (open) this.onopen?.(new Event("open"));
    document.dispatchEvent(new CustomEvent("sportello:connessione", { detail: { open } }));
  }
}

export function sharedSource(url) {
  return new Shared(url);
}
