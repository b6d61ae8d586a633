-- What senders sent under a key of theirs, and what they were told: for a day.
CREATE TABLE sent (
    region TEXT NOT NULL,
    feed   TEXT NOT NULL,
    key    TEXT NOT NULL,
    digest BLOB NOT NULL,
    status INTEGER NOT NULL,
    body   BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (region, feed, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_by_time ON sent (at);
