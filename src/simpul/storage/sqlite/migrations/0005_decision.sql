-- What was decided about refused readings; rows are only added, one for each.
CREATE TABLE decision (
    region   TEXT NOT NULL,
    number   INTEGER NOT NULL,
    state    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    person   TEXT NOT NULL,
    at       INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    readings TEXT NOT NULL,
    PRIMARY KEY (region, number)
) STRICT, WITHOUT ROWID;
