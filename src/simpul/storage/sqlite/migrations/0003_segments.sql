-- Sealed readings: one row for each file. day: days since 1970, UTC; number: 0 for the base of the
-- day, then 1, 2, … for deltas; watermark: every reading of the day with a sequence up to it is in
-- this file or an earlier one, so a hot row below it is a remnant; cleared: no remnant is left.
CREATE TABLE segment (
    region    TEXT NOT NULL,
    day       INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    path      TEXT NOT NULL,
    hours     TEXT NOT NULL,
    rows      INTEGER NOT NULL,
    watermark INTEGER NOT NULL,
    sha256    TEXT NOT NULL,
    size      INTEGER NOT NULL,
    sealed    INTEGER NOT NULL,
    cleared   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (region, day, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_to_clear ON segment (region, day) WHERE cleared = 0;
