-- Moments are microseconds since 1970, UTC. The region is the first column of every key.

-- A region that holds data, with the sequence of its last event.
CREATE TABLE region (
    code     TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL DEFAULT 0,
    trimmed  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- The current state: body is served as it is, number gives the order of creation.
CREATE TABLE entity (
    number   INTEGER PRIMARY KEY,
    region   TEXT NOT NULL,
    id       TEXT NOT NULL,
    type     TEXT NOT NULL,
    body     BLOB NOT NULL,
    times    BLOB NOT NULL,
    open     INTEGER NOT NULL,
    area     TEXT,
    feed     TEXT,
    created  INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    UNIQUE (region, id)
) STRICT;
CREATE INDEX entity_by_type ON entity (region, type, number);
CREATE INDEX entity_by_feed ON entity (region, feed) WHERE feed IS NOT NULL;

-- What simple queries filter on: one row for each comparable value of each attribute, or one
-- without a value where there is none. kind: number, text, boolean, time or none.
CREATE TABLE entity_attribute (
    region TEXT NOT NULL,
    entity INTEGER NOT NULL,
    name   TEXT NOT NULL,
    place  INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    link   INTEGER NOT NULL DEFAULT 0,
    number REAL,
    text   TEXT,
    PRIMARY KEY (region, entity, name, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_attribute_by_number
    ON entity_attribute (region, name, kind, number) WHERE number IS NOT NULL;
CREATE INDEX entity_attribute_by_text
    ON entity_attribute (region, name, text) WHERE text IS NOT NULL;

-- Bounds of each entity's location, by the entity's number.
CREATE VIRTUAL TABLE entity_place USING rtree (number, west, east, south, north);

-- Every change, gap-free and commit-ordered per region.
CREATE TABLE event (
    region      TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    entity_id   TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    operation   TEXT NOT NULL,
    attributes  BLOB NOT NULL,
    previous    BLOB,
    source      TEXT,
    open        INTEGER NOT NULL,
    area        TEXT,
    occurred    INTEGER NOT NULL,
    observed    INTEGER,
    readings    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (region, sequence)
) STRICT, WITHOUT ROWID;

-- How far each follower of a region has come.
CREATE TABLE follower (
    region   TEXT NOT NULL,
    name     TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    seen     INTEGER NOT NULL,
    PRIMARY KEY (region, name)
) STRICT, WITHOUT ROWID;

-- One attribute of one entity as one feed reports it; dataset and feed are empty where there is
-- none. A number is never used twice: readings are addressed by it.
CREATE TABLE series (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    region      TEXT NOT NULL,
    entity_id   TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    attribute   TEXT NOT NULL,
    dataset     TEXT NOT NULL,
    feed        TEXT NOT NULL,
    unit        TEXT,
    area        TEXT,
    open        INTEGER NOT NULL,
    UNIQUE (region, entity_id, attribute, dataset, feed)
) STRICT;
CREATE INDEX series_by_attribute ON series (region, entity_type, attribute);
CREATE INDEX series_by_feed ON series (region, feed) WHERE feed != '';

-- Readings that are not sealed yet; received only where it differs from observed.
CREATE TABLE hot (
    region   TEXT NOT NULL,
    series   INTEGER NOT NULL,
    observed INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL,
    number   ANY,
    body     BLOB,
    sequence INTEGER NOT NULL,
    received INTEGER,
    PRIMARY KEY (region, series, observed, ordinal)
) STRICT, WITHOUT ROWID;

-- Who sends.
CREATE TABLE feed (
    region      TEXT NOT NULL,
    key         TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    owner       TEXT NOT NULL,
    steward     TEXT,
    kind        TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    interval_s  INTEGER,
    open        INTEGER NOT NULL,
    mapping     BLOB NOT NULL,
    created     INTEGER NOT NULL,
    PRIMARY KEY (region, key)
) STRICT, WITHOUT ROWID;

-- What was agreed about each attribute of a feed.
CREATE TABLE contract (
    region     TEXT NOT NULL,
    feed       TEXT NOT NULL,
    attribute  TEXT NOT NULL,
    unit       TEXT,
    minimum    REAL,
    maximum    REAL,
    interval_s INTEGER,
    PRIMARY KEY (region, feed, attribute)
) STRICT, WITHOUT ROWID;

-- Tokens, known by their SHA-256 only.
CREATE TABLE token (
    region  TEXT NOT NULL,
    key     TEXT NOT NULL UNIQUE,
    hash    BLOB NOT NULL UNIQUE,
    feed    TEXT,
    open    INTEGER NOT NULL,
    label   TEXT NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER,
    PRIMARY KEY (region, key)
) STRICT, WITHOUT ROWID;

-- Readings that were refused, with the reason.
CREATE TABLE quarantine (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    region      TEXT NOT NULL,
    feed        TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id   TEXT,
    attribute   TEXT,
    observed    INTEGER,
    received    INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    detail      TEXT NOT NULL,
    payload     BLOB NOT NULL,
    sequence    INTEGER NOT NULL,
    state       TEXT NOT NULL
) STRICT;
CREATE INDEX quarantine_by_feed ON quarantine (region, feed, number);
CREATE INDEX quarantine_by_attribute ON quarantine (region, entity_type, attribute, observed);

-- What came in per feed and hour (UTC), counted by the follower.
CREATE TABLE feed_hour (
    region      TEXT NOT NULL,
    feed        TEXT NOT NULL,
    hour        INTEGER NOT NULL,
    accepted    INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    PRIMARY KEY (region, feed, hour)
) STRICT, WITHOUT ROWID;

-- When each feed was heard last, kept by the same follower.
CREATE TABLE feed_state (
    region        TEXT NOT NULL,
    feed          TEXT NOT NULL,
    last_received INTEGER,
    last_observed INTEGER,
    PRIMARY KEY (region, feed)
) STRICT, WITHOUT ROWID;
