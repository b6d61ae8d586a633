-- MQTT topics that a feed's messages come on, as a JSON list of patterns.
ALTER TABLE feed ADD COLUMN topics TEXT NOT NULL DEFAULT '[]';

-- How the broker's own connections to others stand, for pages of other processes.
CREATE TABLE connection (
    name   TEXT NOT NULL PRIMARY KEY,
    state  TEXT NOT NULL,
    since  INTEGER NOT NULL,
    detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
