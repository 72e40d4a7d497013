import "./htmx-globale.js";
import "../vendor/idiomorph-ext.js";
import "../vendor/htmx-ext-sse.js";
import "./base.js";
import "./sessione.js";
import "./coda.js";
import "./tastiera.js";
import "./compositore.js";
