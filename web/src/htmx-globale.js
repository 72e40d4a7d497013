// The extensions look for a global htmx; in a bundle the library's own variable stays in its module.
import htmx from "../vendor/htmx.esm.js";
import { sharedSource } from "./vivo.js";

window.htmx = htmx;
// The sse extension keeps a factory that is already there: all tabs share one stream.
htmx.createEventSource = sharedSource;
