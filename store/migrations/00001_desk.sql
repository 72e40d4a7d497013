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

CREATE TABLE organization (
  id       INTEGER PRIMARY KEY,
  name     TEXT NOT NULL,
  istat    TEXT NOT NULL DEFAULT '',
  province TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE contact (
  id              INTEGER PRIMARY KEY,
  name            TEXT    NOT NULL,
  address         TEXT    NOT NULL,
  organization_id INTEGER REFERENCES organization (id),
  created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE contact_address (
  address    TEXT    PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_address_contact ON contact_address (contact_id);

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
  has_attachments INTEGER NOT NULL
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
-- What is done with: a page is a bounded scan of one of these. Merged tickets
-- stand in no list.
CREATE INDEX done_message ON ticket (last_message_at, id, state, owner_id, mailbox_id) WHERE active = 0 AND state <> 'merged';
CREATE INDEX done_opened  ON ticket (opened_at, id, state, owner_id, mailbox_id) WHERE active = 0 AND state <> 'merged';
CREATE INDEX done_number  ON ticket (number, id, state, owner_id, mailbox_id) WHERE active = 0 AND state <> 'merged';
-- Full text leads from many messages to their tickets, most of which a filter
-- drops: these two are narrow, where the rows themselves are a page each.
CREATE INDEX ticket_filter ON ticket (id, active, state, owner_id, mailbox_id, automatic);
CREATE INDEX ticket_contact ON ticket (contact_id, last_message_at);
CREATE INDEX ticket_snoozed ON ticket (snoozed_until) WHERE state = 'snoozed';
CREATE INDEX ticket_silent ON ticket (last_message_at) WHERE state = 'answered';
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL;

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
  text, -- subject, people, new text, names of attachments, protocol number
  content = '', contentless_delete = 1, detail = 'full',
  tokenize = "unicode61 remove_diacritics 2"
);
-- The words of the full text, for the beginnings of words.
CREATE VIRTUAL TABLE message_word USING fts5vocab (message_fts, instance);

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
