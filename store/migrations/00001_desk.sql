-- +goose Up
-- Times are unix milliseconds UTC; 0 never stands for a time, NULL does.
-- Ids of other rows that do not exist are NULL.

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE secret (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE user (
  id            INTEGER PRIMARY KEY,
  email         TEXT    NOT NULL UNIQUE,
  name          TEXT    NOT NULL,
  role          TEXT    NOT NULL CHECK (role IN ('admin', 'coordinator', 'expert', 'observer')),
  password_hash TEXT    NOT NULL,
  signature     TEXT    NOT NULL DEFAULT '',
  active        INTEGER NOT NULL DEFAULT 1,
  shortcuts     INTEGER NOT NULL DEFAULT 1,
  created_at    INTEGER NOT NULL,
  last_login_at INTEGER
) STRICT;

CREATE TABLE session (
  token      TEXT    PRIMARY KEY, -- SHA-256 of the cookie
  user_id    INTEGER REFERENCES user (id) ON DELETE CASCADE,
  data       BLOB    NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE throttle (
  key      TEXT    PRIMARY KEY,
  failures INTEGER NOT NULL,
  until_at INTEGER,
  last_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mailbox (
  id               INTEGER PRIMARY KEY,
  name             TEXT    NOT NULL,
  address          TEXT    NOT NULL UNIQUE,
  kind             TEXT    NOT NULL CHECK (kind IN ('ordinaria', 'pec')),
  ack_enabled      INTEGER NOT NULL,
  ack_hourly_limit INTEGER NOT NULL,
  configured       INTEGER NOT NULL DEFAULT 1 -- 0: its tickets stay, nobody polls it or sends from it
) STRICT;

CREATE TABLE health (
  mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
  way        TEXT    NOT NULL CHECK (way IN ('imap', 'smtp', 'sent')),
  ok         INTEGER NOT NULL,
  since_at   INTEGER NOT NULL,
  last_ok_at INTEGER,
  reason     TEXT    NOT NULL,
  PRIMARY KEY (mailbox_id, way)
) STRICT, WITHOUT ROWID;

-- The bytes: rows of blob_chunk have a rowid, which costs a quarter of the
-- space of a table keyed by hash.
CREATE TABLE blob (
  id     INTEGER PRIMARY KEY,
  sha256 BLOB    NOT NULL UNIQUE,
  size   INTEGER NOT NULL
) STRICT;

CREATE TABLE blob_chunk (
  id      INTEGER PRIMARY KEY,
  blob_id INTEGER NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
  seq     INTEGER NOT NULL,
  data    BLOB    NOT NULL,
  UNIQUE (blob_id, seq)
) STRICT;

CREATE TABLE raw_message (
  id             INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of intake
  mailbox_id     INTEGER NOT NULL REFERENCES mailbox (id),
  blob_id        INTEGER NOT NULL UNIQUE REFERENCES blob (id), -- one message for one content
  size           INTEGER NOT NULL,
  internal_at    INTEGER NOT NULL,
  kept_at        INTEGER NOT NULL,
  pending_at     INTEGER NOT NULL, -- since when it could be read: kept, or to be tried again
  stub           INTEGER NOT NULL,
  found_at_start INTEGER NOT NULL,
  sent           INTEGER NOT NULL DEFAULT 0, -- read in the sent folder
  state          TEXT    NOT NULL CHECK (state IN ('pending', 'received', 'parked', 'unclaimed')),
  attempts       INTEGER NOT NULL DEFAULT 0,
  next_try_at    INTEGER,
  error          TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX raw_unread ON raw_message (state, id) WHERE state <> 'received';
CREATE INDEX raw_pending ON raw_message (pending_at) WHERE state = 'pending';

CREATE TABLE box (
  id           INTEGER PRIMARY KEY,
  mailbox_id   INTEGER NOT NULL REFERENCES mailbox (id),
  folder       TEXT    NOT NULL,
  uid_validity INTEGER NOT NULL,
  first_next   INTEGER NOT NULL,
  first_at     INTEGER, -- NULL once the first start came to its end
  settled      INTEGER NOT NULL,
  UNIQUE (mailbox_id, folder)
) STRICT;

CREATE TABLE ledger (
  box_id       INTEGER NOT NULL REFERENCES box (id),
  uid_validity INTEGER NOT NULL,
  uid          INTEGER NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('stored', 'failed', 'oversized', 'vanished', 'skipped')),
  raw_id       INTEGER REFERENCES raw_message (id),
  attempts     INTEGER NOT NULL,
  next_try_at  INTEGER,
  internal_at  INTEGER,
  size         INTEGER NOT NULL,
  header_hash  BLOB,
  error        TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (box_id, uid_validity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_failed ON ledger (box_id, uid_validity, next_try_at) WHERE state = 'failed';
CREATE INDEX ledger_problem ON ledger (box_id, uid_validity, uid) WHERE state IN ('failed', 'oversized');
CREATE INDEX ledger_raw ON ledger (raw_id) WHERE raw_id IS NOT NULL;
CREATE INDEX ledger_alike ON ledger (box_id, internal_at, size);

CREATE TABLE blocked_sender (
  address    TEXT    PRIMARY KEY,
  blocked_by INTEGER NOT NULL REFERENCES user (id),
  blocked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Bodies: municipalities and whoever else asks. A merged one stays and leads
-- to its successor. Codes are data, never worked out from one another.
CREATE TABLE organization (
  id           INTEGER PRIMARY KEY,
  version      INTEGER NOT NULL DEFAULT 1,
  kind         TEXT    NOT NULL DEFAULT 'comune' CHECK (kind IN ('comune', 'unione', 'comunita_montana', 'provincia',
                                                                'consorzio', 'ats', 'societa', 'altro')),
  name         TEXT    NOT NULL,             -- without its kind: «Valcerva»
  also         TEXT    NOT NULL DEFAULT '[]', -- JSON list: further names
  folded       TEXT    NOT NULL DEFAULT '',  -- the name as it is sought
  istat        TEXT    NOT NULL DEFAULT '',
  cadastral    TEXT    NOT NULL DEFAULT '',
  ipa          TEXT    NOT NULL DEFAULT '',
  fiscal_code  TEXT    NOT NULL DEFAULT '',
  province     TEXT    NOT NULL DEFAULT '',  -- «BG»
  region       TEXT    NOT NULL DEFAULT '',
  population   INTEGER,
  mountain     INTEGER,
  street       TEXT    NOT NULL DEFAULT '',
  email        TEXT    NOT NULL DEFAULT '',
  pec          TEXT    NOT NULL DEFAULT '',
  site         TEXT    NOT NULL DEFAULT '',
  note         TEXT    NOT NULL DEFAULT '',
  state        TEXT    NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'ceased')),
  ceased_on    TEXT    NOT NULL DEFAULT '',  -- a day, «2026-01-01»
  successor_id INTEGER REFERENCES organization (id)
) STRICT;
CREATE UNIQUE INDEX organization_istat ON organization (istat) WHERE istat <> '';
CREATE INDEX organization_folded ON organization (folded, province);
CREATE INDEX organization_ipa ON organization (ipa) WHERE ipa <> '';
CREATE INDEX organization_fiscal ON organization (fiscal_code) WHERE fiscal_code <> '';
CREATE INDEX organization_successor ON organization (successor_id) WHERE successor_id IS NOT NULL;

-- Names as domains write them, «cassanodadda» and «cassanoadda».
CREATE TABLE organization_key (
  key             TEXT    NOT NULL,
  organization_id INTEGER NOT NULL REFERENCES organization (id),
  PRIMARY KEY (key, organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_key_of ON organization_key (organization_id);

-- Whole addresses of bodies: of shared domains only these tell (domain.md §4.5).
CREATE TABLE organization_address (
  address         TEXT    NOT NULL,
  organization_id INTEGER NOT NULL REFERENCES organization (id),
  PRIMARY KEY (address, organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_address_of ON organization_address (organization_id);

CREATE TABLE organization_domain (
  domain          TEXT    NOT NULL,
  organization_id INTEGER NOT NULL REFERENCES organization (id),
  own             INTEGER NOT NULL, -- a person said that it is this body's alone
  PRIMARY KEY (domain, organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_domain_of ON organization_domain (organization_id);

CREATE TABLE organization_member (
  union_id  INTEGER NOT NULL REFERENCES organization (id),
  member_id INTEGER NOT NULL REFERENCES organization (id),
  PRIMARY KEY (union_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_member_of ON organization_member (member_id);

-- Measures and topics: data of programmes. The id is what tags point to; the
-- code is what people write.
CREATE TABLE measure (
  id          INTEGER PRIMARY KEY,
  version     INTEGER NOT NULL,
  programme   TEXT    NOT NULL,
  code        TEXT    NOT NULL, -- «M5C2I2.1»
  unique_code TEXT    NOT NULL, -- «M5C2I2.01.00»
  cid         TEXT    NOT NULL, -- «M5C2I4»
  title       TEXT    NOT NULL,
  short       TEXT    NOT NULL,
  ministry    TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('in_plan', 'left')),
  state_note  TEXT    NOT NULL,
  desk        INTEGER NOT NULL, -- one of those the desk exists for
  feeds_regis INTEGER NOT NULL,
  keywords    TEXT    NOT NULL, -- JSON: strong, weak, negative, lines
  note        TEXT    NOT NULL,
  valid_from  TEXT    NOT NULL, -- days, '' for open
  valid_to    TEXT    NOT NULL,
  UNIQUE (programme, code)
) STRICT;

CREATE INDEX measure_unique ON measure (unique_code) WHERE unique_code <> '';

CREATE TABLE topic (
  id         INTEGER PRIMARY KEY,
  version    INTEGER NOT NULL,
  code       TEXT    NOT NULL UNIQUE,
  label      TEXT    NOT NULL,
  keywords   TEXT    NOT NULL, -- JSON list
  valid_from TEXT    NOT NULL,
  valid_to   TEXT    NOT NULL
) STRICT;

-- What a measure or topic said before it was changed.
CREATE TABLE taxonomy_was (
  kind      TEXT    NOT NULL CHECK (kind IN ('measure', 'topic')),
  object_id INTEGER NOT NULL,
  version   INTEGER NOT NULL,
  until_at  INTEGER NOT NULL,
  said      TEXT    NOT NULL, -- JSON
  PRIMARY KEY (kind, object_id, version)
) STRICT, WITHOUT ROWID;

-- A project is known by sub-measure, CUP and CLP (domain.md §6).
CREATE TABLE project (
  id              INTEGER PRIMARY KEY,
  measure_code    TEXT    NOT NULL, -- the sub-measure as the source writes it, «M4C1I1.01.00»
  cup             TEXT    NOT NULL,
  clp             TEXT    NOT NULL,
  measure_id      INTEGER REFERENCES measure (id), -- NULL: a measure we do not keep
  organization_id INTEGER REFERENCES organization (id), -- NULL: a body we do not keep
  body            TEXT    NOT NULL, -- its name as the source writes it
  fiscal_code     TEXT    NOT NULL,
  title           TEXT    NOT NULL,
  state           TEXT    NOT NULL,
  phase           TEXT    NOT NULL,
  amount          INTEGER, -- cents of euro, all funding
  pnrr_amount     INTEGER, -- cents of euro
  starts_on       TEXT    NOT NULL,
  ends_on         TEXT    NOT NULL,
  feeds_regis     INTEGER NOT NULL,
  source          TEXT    NOT NULL CHECK (source IN ('italiadomani', 'padigitale')),
  seen_at         INTEGER NOT NULL,
  UNIQUE (measure_code, cup, clp)
) STRICT;
CREATE INDEX project_cup ON project (cup) WHERE cup <> '';
CREATE INDEX project_clp ON project (clp) WHERE clp <> '';
CREATE INDEX project_organization ON project (organization_id, measure_id) WHERE organization_id IS NOT NULL;
CREATE INDEX project_loose ON project (fiscal_code) WHERE organization_id IS NULL;

-- Where projects lie, by the ISTAT code of the municipality.
CREATE TABLE project_place (
  project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  istat      TEXT    NOT NULL,
  PRIMARY KEY (project_id, istat)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_place_of ON project_place (istat);

CREATE TABLE contact (
  id              INTEGER PRIMARY KEY,
  name            TEXT    NOT NULL,
  address         TEXT    NOT NULL,
  organization_id INTEGER REFERENCES organization (id),
  created_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX contact_body ON contact (organization_id) WHERE organization_id IS NOT NULL;

CREATE TABLE contact_address (
  address    TEXT    PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_address_contact ON contact_address (contact_id);

-- The bodies a contact writes for, as a person confirmed: consultants and
-- offices of unions have several. contact.organization_id is the usual one.
CREATE TABLE contact_organization (
  contact_id      INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
  organization_id INTEGER NOT NULL REFERENCES organization (id),
  PRIMARY KEY (contact_id, organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_organization_of ON contact_organization (organization_id);

-- Addresses known to be boxes of certified mail, in lower case.
CREATE TABLE certified_address (
  address TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE number (
  year INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

CREATE TABLE ticket (
  id              INTEGER PRIMARY KEY,
  number          INTEGER NOT NULL UNIQUE,
  version         INTEGER NOT NULL,
  subject         TEXT    NOT NULL,
  state           TEXT    NOT NULL CHECK (state IN ('new', 'open', 'waiting_org', 'waiting_third', 'snoozed',
                                                    'answered', 'closed', 'spam', 'out_of_scope', 'merged')),
  active          INTEGER NOT NULL, -- of the queue: state is one of the first five
  owner_id        INTEGER REFERENCES user (id),
  mailbox_id      INTEGER NOT NULL REFERENCES mailbox (id),
  channel         TEXT    NOT NULL CHECK (channel IN ('mail', 'pec', 'phone', 'desk')),
  contact_id      INTEGER REFERENCES contact (id),
  organization_id INTEGER REFERENCES organization (id),
  automatic       INTEGER NOT NULL,
  merged_into     INTEGER REFERENCES ticket (id),
  opened_at       INTEGER NOT NULL,
  first_answer_at INTEGER,
  answered_at     INTEGER,
  closed_at       INTEGER,
  last_message_at INTEGER NOT NULL,
  snoozed_until   INTEGER,
  snoozed_by      INTEGER REFERENCES user (id),
  messages        INTEGER NOT NULL,
  has_attachments INTEGER NOT NULL,
  organization_how TEXT   NOT NULL, -- how the body was recognised
  organization_settled INTEGER NOT NULL, -- recognised for sure, or a person said which, or that there is none
  measure_id      INTEGER REFERENCES measure (id), -- the main one, confirmed or proposed
  measure_settled INTEGER NOT NULL, -- a person said which, or that there is none
  to_classify     INTEGER NOT NULL, -- a question of which one of both is not settled
  imported        INTEGER NOT NULL  -- an old question: nothing is sent about it, no time runs
) STRICT;

-- The queue reads covering indexes only: one for each order, alone, by owner
-- and by state. What they filter by besides stands at their end.
CREATE INDEX queue_message       ON ticket (last_message_at, id, state, owner_id, mailbox_id) WHERE active = 1;
CREATE INDEX queue_opened        ON ticket (opened_at, id, state, owner_id, mailbox_id) WHERE active = 1;
CREATE INDEX queue_number        ON ticket (number, id, state, owner_id, mailbox_id) WHERE active = 1;
CREATE INDEX queue_owner_message ON ticket (owner_id, last_message_at, id, state, mailbox_id) WHERE active = 1;
CREATE INDEX queue_owner_opened  ON ticket (owner_id, opened_at, id, state, mailbox_id) WHERE active = 1;
CREATE INDEX queue_owner_number  ON ticket (owner_id, number, id, state, mailbox_id) WHERE active = 1;
CREATE INDEX queue_state_message ON ticket (state, last_message_at, id, owner_id, mailbox_id) WHERE active = 1;
CREATE INDEX queue_state_opened  ON ticket (state, opened_at, id, owner_id, mailbox_id) WHERE active = 1;
CREATE INDEX queue_state_number  ON ticket (state, number, id, owner_id, mailbox_id) WHERE active = 1;
CREATE INDEX queue_automatic_message ON ticket (last_message_at, id, state, owner_id, mailbox_id) WHERE active = 1 AND automatic = 1;
CREATE INDEX queue_automatic_opened  ON ticket (opened_at, id, state, owner_id, mailbox_id) WHERE active = 1 AND automatic = 1;
CREATE INDEX queue_automatic_number  ON ticket (number, id, state, owner_id, mailbox_id) WHERE active = 1 AND automatic = 1;
CREATE INDEX queue_classify_message ON ticket (last_message_at, id, state, owner_id, mailbox_id) WHERE to_classify = 1;
CREATE INDEX queue_classify_opened  ON ticket (opened_at, id, state, owner_id, mailbox_id) WHERE to_classify = 1;
CREATE INDEX queue_classify_number  ON ticket (number, id, state, owner_id, mailbox_id) WHERE to_classify = 1;
-- What is done with: a page is a bounded scan of one of these. Merged tickets
-- stand in no list.
CREATE INDEX done_message ON ticket (last_message_at, id, state, owner_id, mailbox_id) WHERE active = 0 AND state <> 'merged';
CREATE INDEX done_opened  ON ticket (opened_at, id, state, owner_id, mailbox_id) WHERE active = 0 AND state <> 'merged';
CREATE INDEX done_number  ON ticket (number, id, state, owner_id, mailbox_id) WHERE active = 0 AND state <> 'merged';
-- Full text leads from many messages to their tickets, most of which a filter
-- drops: these two are narrow, where the rows themselves are a page each.
CREATE INDEX ticket_filter ON ticket (id, active, state, owner_id, mailbox_id, automatic, to_classify);
CREATE INDEX ticket_contact ON ticket (contact_id, last_message_at);
CREATE INDEX ticket_snoozed ON ticket (snoozed_until) WHERE state = 'snoozed';
CREATE INDEX ticket_silent ON ticket (last_message_at) WHERE state = 'answered';
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL;

CREATE INDEX ticket_organization ON ticket (organization_id, last_message_at) WHERE organization_id IS NOT NULL;

-- Measures and topics of a ticket. What a person set or confirmed is a fact,
-- the rest a proposal with its reason.
CREATE TABLE ticket_measure (
  ticket_id  INTEGER NOT NULL REFERENCES ticket (id),
  measure_id INTEGER NOT NULL REFERENCES measure (id),
  main       INTEGER NOT NULL, -- the primary one
  source     TEXT    NOT NULL CHECK (source IN ('rule', 'learned', 'person')),
  confirmed  INTEGER NOT NULL,
  confidence REAL    NOT NULL,
  reason     TEXT    NOT NULL,
  PRIMARY KEY (ticket_id, measure_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_measure_of ON ticket_measure (measure_id, ticket_id);

CREATE TABLE ticket_topic (
  ticket_id  INTEGER NOT NULL REFERENCES ticket (id),
  topic_id   INTEGER NOT NULL REFERENCES topic (id),
  source     TEXT    NOT NULL CHECK (source IN ('rule', 'learned', 'person')),
  confirmed  INTEGER NOT NULL,
  confidence REAL    NOT NULL,
  reason     TEXT    NOT NULL,
  PRIMARY KEY (ticket_id, topic_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_topic_of ON ticket_topic (topic_id, ticket_id);

-- What the program proposed and what a person chose in its place, once for
-- each ticket and kind: how often proposals are right is counted from it.
CREATE TABLE verdict (
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  kind      TEXT    NOT NULL CHECK (kind IN ('measure', 'topic', 'organization')),
  source    TEXT    NOT NULL, -- of the proposal, '' where there was none
  proposed  TEXT    NOT NULL, -- ids, ascending, joined by a space
  chosen    TEXT    NOT NULL,
  user_id   INTEGER NOT NULL REFERENCES user (id),
  at        INTEGER NOT NULL,
  PRIMARY KEY (ticket_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_time ON verdict (kind, at);

-- What was learned from confirmed tickets: in how many questions of a measure
-- or topic a stem stood.
CREATE TABLE learned (
  kind  TEXT    NOT NULL CHECK (kind IN ('measure', 'topic')),
  label INTEGER NOT NULL,
  stem  TEXT    NOT NULL, -- '' counts the questions
  n     INTEGER NOT NULL,
  PRIMARY KEY (kind, label, stem)
) STRICT, WITHOUT ROWID;

-- CUP, CIG and CLP found in what bodies wrote.
CREATE TABLE ticket_code (
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  kind      TEXT    NOT NULL CHECK (kind IN ('cup', 'cig', 'clp')),
  code      TEXT    NOT NULL,
  PRIMARY KEY (ticket_id, kind, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_code_of ON ticket_code (code, ticket_id);

-- Bodies that may be asking, likeliest first, until a person says which.
CREATE TABLE ticket_candidate (
  ticket_id       INTEGER NOT NULL REFERENCES ticket (id),
  organization_id INTEGER NOT NULL REFERENCES organization (id),
  rank            INTEGER NOT NULL,
  reason          TEXT    NOT NULL,
  PRIMARY KEY (ticket_id, organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_candidate_of ON ticket_candidate (organization_id);

CREATE TABLE participant (
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  address   TEXT    NOT NULL,
  body      TEXT    NOT NULL,
  PRIMARY KEY (ticket_id, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket_link (
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  other_id  INTEGER NOT NULL REFERENCES ticket (id),
  PRIMARY KEY (ticket_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_link_other ON ticket_link (other_id);

CREATE TABLE message (
  id              INTEGER PRIMARY KEY,
  ticket_id       INTEGER NOT NULL REFERENCES ticket (id),
  kind            TEXT    NOT NULL CHECK (kind IN ('inbound', 'reply', 'note', 'system', 'receipt', 'bounce')),
  channel         TEXT    NOT NULL CHECK (channel IN ('mail', 'pec', 'phone', 'desk')),
  at              INTEGER NOT NULL,
  date_at         INTEGER,
  author_id       INTEGER REFERENCES user (id),
  contact_id      INTEGER REFERENCES contact (id),
  from_name       TEXT    NOT NULL,
  from_address    TEXT    NOT NULL,
  addresses       TEXT    NOT NULL, -- JSON: {"to": [...], "cc": [...], "reply_to": [...]}
  subject         TEXT    NOT NULL,
  message_id      TEXT    NOT NULL,
  refs            TEXT    NOT NULL, -- ids joined by a space
  raw_id          INTEGER REFERENCES raw_message (id),
  text_hash       BLOB,
  body_hash       BLOB,
  automatic       TEXT    NOT NULL,
  protocol        TEXT    NOT NULL,
  problem         TEXT    NOT NULL,
  spam            TEXT    NOT NULL,
  unverified      INTEGER NOT NULL,
  report          TEXT    NOT NULL, -- JSON, '' for none
  about_id        INTEGER REFERENCES message (id), -- of ours: what the report is about
  certified       TEXT    NOT NULL -- JSON, '' for ordinary mail
) STRICT;
CREATE INDEX message_place ON message (id, ticket_id); -- see ticket_filter
CREATE INDEX message_ticket ON message (ticket_id, at);
CREATE INDEX message_about ON message (about_id, at) WHERE about_id IS NOT NULL;
CREATE INDEX message_raw ON message (raw_id) WHERE raw_id IS NOT NULL;
CREATE INDEX message_text ON message (text_hash, at) WHERE text_hash IS NOT NULL;

CREATE TABLE message_body (
  message_id     INTEGER PRIMARY KEY REFERENCES message (id),
  text           TEXT    NOT NULL,
  quoted         TEXT    NOT NULL,
  folds          TEXT    NOT NULL, -- JSON: of what kinds that is, '' for none
  html           TEXT    NOT NULL,
  policy_version INTEGER NOT NULL
) STRICT;

-- Every id by which a message is known. Keys are the first 16 bytes of the
-- SHA-256 of the id: ids of strangers can be 10 kB long (security R-08).
CREATE TABLE message_ref (
  ref        BLOB    NOT NULL,
  message_id INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (ref, message_id)
) STRICT, WITHOUT ROWID;

-- Every id seen or referenced on a ticket, keyed likewise.
CREATE TABLE thread_ref (
  ref       BLOB    NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES ticket (id),
  PRIMARY KEY (ref, ticket_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_ref_ticket ON thread_ref (ticket_id);

CREATE TABLE message_copy (
  id         INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL REFERENCES message (id),
  raw_id     INTEGER NOT NULL REFERENCES raw_message (id),
  at         INTEGER NOT NULL,
  channel    TEXT    NOT NULL,
  mailbox_id INTEGER NOT NULL REFERENCES mailbox (id),
  from_name  TEXT    NOT NULL,
  from_address TEXT  NOT NULL,
  subject    TEXT    NOT NULL,
  probable   INTEGER NOT NULL
) STRICT;
CREATE INDEX message_copy_message ON message_copy (message_id);
CREATE INDEX message_copy_raw ON message_copy (raw_id);

CREATE TABLE attachment (
  id         INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL REFERENCES message (id),
  name       TEXT    NOT NULL,
  type       TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  content_id TEXT    NOT NULL,
  inline     INTEGER NOT NULL,
  signer      TEXT   NOT NULL, -- who signed it, unverified
  opened_from TEXT   NOT NULL, -- name of the file it was taken out of
  wrapper    INTEGER NOT NULL, -- what it holds is shown beside it
  blob_id    INTEGER NOT NULL REFERENCES blob (id)
) STRICT;
CREATE INDEX attachment_message ON attachment (message_id);
CREATE INDEX attachment_blob ON attachment (blob_id);

CREATE VIRTUAL TABLE message_fts USING fts5 (
  text,   -- subject, recipients, new text, names of attachments, protocol number; stems; words of filters
  author, -- who wrote it
  content = '', contentless_delete = 1, detail = 'full',
  tokenize = "unicode61 remove_diacritics 2"
);
-- The words of the full text, for the beginnings of words.
CREATE VIRTUAL TABLE message_word USING fts5vocab (message_fts, instance);

-- Tickets of which messages below an id are still to be indexed with what the
-- ticket became.
CREATE TABLE reindex (
  ticket_id INTEGER PRIMARY KEY REFERENCES ticket (id),
  below     INTEGER NOT NULL
) STRICT;

-- Answered questions: what earlier answers are found by. The id is the row of
-- answer_fts, and rises with the time at which a question was answered.
CREATE TABLE answer (
  id          INTEGER PRIMARY KEY,
  ticket_id   INTEGER NOT NULL UNIQUE REFERENCES ticket (id),
  question_id INTEGER NOT NULL REFERENCES message (id),
  reply_id    INTEGER NOT NULL REFERENCES message (id), -- the longest answer of a person
  size        INTEGER NOT NULL, -- of that answer, in bytes
  at          INTEGER NOT NULL,
  stems       TEXT    NOT NULL  -- of the question, each once, ascending, joined by a space
) STRICT;

-- In how many answered questions a stem stands; '' counts the questions.
CREATE TABLE answer_stem (
  stem TEXT    PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE answer_fts USING fts5 (
  stems,
  content = '', contentless_delete = 1, detail = 'none', tokenize = "ascii"
);

-- Tickets whose answered question is to be indexed anew.
CREATE TABLE answer_due (
  id        INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket (id)
) STRICT;

-- What answers rest on. Days are «2026-01-01», '' for open.
CREATE TABLE legal_source (
  id            INTEGER PRIMARY KEY,
  act           TEXT    NOT NULL, -- «D.lgs. 31 marzo 2023, n. 36»
  article       TEXT    NOT NULL, -- «art. 119, c. 2»
  url           TEXT    NOT NULL,
  read_on       TEXT    NOT NULL, -- when somebody last looked at it
  valid_from    TEXT    NOT NULL,
  valid_to      TEXT    NOT NULL,
  superseded_on TEXT    NOT NULL DEFAULT '',
  superseded_by INTEGER REFERENCES legal_source (id),
  UNIQUE (act, article)
) STRICT;

-- Answers marked «riutilizzabile».
CREATE TABLE reusable (
  message_id INTEGER PRIMARY KEY REFERENCES message (id),
  marked_by  INTEGER NOT NULL REFERENCES user (id),
  marked_at  INTEGER NOT NULL,
  valid_from TEXT    NOT NULL,
  valid_to   TEXT    NOT NULL,
  note       TEXT    NOT NULL
) STRICT;

CREATE TABLE reusable_source (
  message_id INTEGER NOT NULL REFERENCES reusable (message_id) ON DELETE CASCADE,
  source_id  INTEGER NOT NULL REFERENCES legal_source (id),
  PRIMARY KEY (message_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reusable_source_of ON reusable_source (source_id);

-- Which earlier answer an answer was written from.
CREATE TABLE answer_use (
  message_id INTEGER NOT NULL REFERENCES message (id), -- the new answer
  used_id    INTEGER NOT NULL REFERENCES message (id), -- the earlier one
  PRIMARY KEY (message_id, used_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_use_of ON answer_use (used_id);

-- Which messages a person has yet to read, one row a ticket: the first of them.
CREATE TABLE unread (
  user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  ticket_id  INTEGER NOT NULL REFERENCES ticket (id),
  message_id INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (user_id, ticket_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unread_ticket ON unread (ticket_id);

-- The tickets that somebody has opened: a new one is to be read until then.
CREATE TABLE opened (
  ticket_id INTEGER PRIMARY KEY REFERENCES ticket (id)
) STRICT;

CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  key         TEXT    NOT NULL UNIQUE,
  kind        TEXT    NOT NULL,
  automatic   INTEGER NOT NULL,
  ticket_id   INTEGER NOT NULL REFERENCES ticket (id),
  message_id  INTEGER NOT NULL REFERENCES message (id),
  mailbox_id  INTEGER NOT NULL REFERENCES mailbox (id),
  ref         TEXT    NOT NULL, -- Message-ID; recipients that were put off get a row of their own
  sender      TEXT    NOT NULL,
  recipients  TEXT    NOT NULL, -- JSON list
  first_recipient TEXT NOT NULL,
  subject     TEXT    NOT NULL,
  blob_id     INTEGER NOT NULL REFERENCES blob (id),
  size        INTEGER NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'held')),
  attempts    INTEGER NOT NULL,
  next_try_at INTEGER NOT NULL,
  error       TEXT    NOT NULL,
  refused     TEXT    NOT NULL, -- JSON list
  created_at  INTEGER NOT NULL,
  queued_at   INTEGER NOT NULL, -- since when it is to leave: written, or queued again by a person
  sent_at     INTEGER,
  copied      INTEGER NOT NULL DEFAULT 0 -- the sent folder has it
) STRICT;
CREATE INDEX outbox_queued ON outbox (queued_at) WHERE state = 'queued';
CREATE INDEX outbox_due ON outbox (mailbox_id, automatic, next_try_at) WHERE state = 'queued';
CREATE INDEX outbox_uncopied ON outbox (mailbox_id, sent_at) WHERE state = 'sent' AND automatic = 0 AND copied = 0;
CREATE INDEX outbox_ref ON outbox (ref);
CREATE INDEX outbox_state ON outbox (state, id) WHERE state <> 'sent';
CREATE INDEX outbox_message ON outbox (message_id);
CREATE INDEX outbox_ticket ON outbox (ticket_id);
CREATE INDEX outbox_blob ON outbox (blob_id);
CREATE INDEX outbox_automatic ON outbox (kind, first_recipient, created_at) WHERE automatic = 1;
CREATE INDEX outbox_automatic_time ON outbox (mailbox_id, kind, created_at) WHERE automatic = 1;

CREATE TABLE event (
  id          INTEGER PRIMARY KEY,
  at          INTEGER NOT NULL,
  actor_id    INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  ticket_id   INTEGER NOT NULL,
  object_id   INTEGER NOT NULL,
  detail_hash BLOB    NOT NULL,
  hash        BLOB    NOT NULL
) STRICT;
CREATE INDEX event_ticket ON event (ticket_id, id) WHERE ticket_id <> 0;

CREATE TABLE event_detail (
  event_id INTEGER PRIMARY KEY REFERENCES event (id),
  salt     BLOB NOT NULL,
  detail   TEXT NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER event_fixed BEFORE UPDATE ON event BEGIN
  SELECT RAISE(ABORT, 'the register of events is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN
  SELECT RAISE(ABORT, 'the register of events is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER event_next BEFORE INSERT ON event WHEN NEW.id <= (SELECT max(id) FROM event) BEGIN
  SELECT RAISE(ABORT, 'the register of events is append-only'); -- INSERT OR REPLACE fires no trigger of deletes
END;
-- +goose StatementEnd
