package store

import (
	"errors"
	"fmt"

	"sportello/helpdesk"
)

const eventColumns = `e.id, e.at, e.actor_id, e.kind, e.ticket_id, e.object_id, e.detail_hash, e.hash, d.salt, d.detail`

func scanEvent(s scanner) (e helpdesk.Event, err error) {
	err = s.Scan(&e.ID, at(&e.At), &e.ActorID, &e.Kind, &e.TicketID, &e.ObjectID, &e.DetailHash, &e.Hash,
		&e.Salt, &e.DetailJSON)
	if err != nil {
		return e, err
	}
	return e, jsonColumn{&e.Detail}.scanBytes(e.DetailJSON)
}

func (c jsonColumn) scanBytes(b []byte) error {
	if b == nil {
		return nil
	}
	return c.Scan(b)
}

func (t *tx) LastEvent() (helpdesk.Event, error) {
	e, err := one(t, scanEvent, `SELECT `+eventColumns+` FROM event e LEFT JOIN event_detail d ON d.event_id = e.id
		ORDER BY e.id DESC LIMIT 1`)
	return e, wrapf(err, "last event")
}

func (t *tx) Events(after int64, limit int) ([]helpdesk.Event, error) {
	all, err := list(t, scanEvent, `SELECT `+eventColumns+` FROM event e LEFT JOIN event_detail d ON d.event_id = e.id
		WHERE e.id > $1 ORDER BY e.id LIMIT $2`, after, limit)
	return all, wrapf(err, "events after %d", after)
}

func (t *tx) InsertEvent(e helpdesk.Event) error {
	_, err := t.exec(`INSERT INTO event (id, at, actor_id, kind, ticket_id, object_id, detail_hash, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.At.UnixMilli(), e.ActorID, e.Kind, e.TicketID, e.ObjectID, e.DetailHash, e.Hash)
	if err != nil {
		return fmt.Errorf("insert event %d: %w", e.ID, err)
	}
	_, err = t.exec(`INSERT INTO event_detail (event_id, salt, detail) VALUES ($1, $2, $3)`,
		e.ID, e.Salt, string(e.DetailJSON))
	return wrapf(err, "insert event %d", e.ID)
}

func (t *tx) Setting(name string) (string, error) {
	v, err := one(t, scanString, `SELECT value FROM setting WHERE name = $1`, name)
	return v, wrapf(err, "setting %s", name)
}

func (t *tx) SetSetting(name, value string) error {
	_, err := t.exec(`INSERT INTO setting (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return wrapf(err, "set setting %s", name)
}

func (t *tx) Secret(name string) ([]byte, error) {
	var v []byte
	err := t.get(into(&v), `SELECT value FROM secret WHERE name = $1`, name)
	return v, wrapf(err, "secret %s", name)
}

func (t *tx) SetSecret(name string, value []byte) error {
	_, err := t.exec(`INSERT INTO secret (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return wrapf(err, "set secret %s", name)
}

// handedOverName is the setting that holds the highest outbox id ever handed
// to DATA.
const handedOverName = "outbox_handed_over"

func (t *tx) HandedOver() (int64, error) {
	var id int64
	err := t.get(into(&id), `SELECT CAST(value AS INTEGER) FROM setting WHERE name = $1`, handedOverName)
	if errors.Is(err, helpdesk.ErrNone) {
		return 0, nil
	}
	return id, wrapf(err, "handed over")
}

func (t *tx) SetHandedOver(id int64) error {
	return t.SetSetting(handedOverName, fmt.Sprint(id))
}
