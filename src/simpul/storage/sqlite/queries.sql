-- Every statement of the store by name, with one sentence on what it is for.

-- name: open_region
-- Make a region known.
INSERT INTO region (code) VALUES (:region) ON CONFLICT DO NOTHING;

-- name: regions
-- Regions that hold data.
SELECT code FROM region ORDER BY code;

-- name: high_water
-- Sequence of the last event of a region.
SELECT sequence FROM region WHERE code = :region;

-- name: low_water
-- Sequence up to which a region's events are trimmed.
SELECT trimmed FROM region WHERE code = :region;

-- name: advance
-- Take a region's sequence one further.
UPDATE region SET sequence = :sequence WHERE code = :region;

-- name: entity
-- One entity by its id.
SELECT region, id, type, body, open, area, created, modified, times, feed
FROM entity WHERE region = :region AND id = :id;

-- name: entity_number
-- Where an entity stands in the order of creation.
SELECT number FROM entity WHERE region = :region AND id = :id;

-- name: insert_entity
-- Store a new entity.
INSERT INTO entity (region, id, type, body, times, open, area, feed, created, modified)
VALUES (:region, :id, :type, :body, :times, :open, :area, :feed, :created, :modified)
RETURNING number;

-- name: update_entity
-- Store an entity's new state.
UPDATE entity SET body = :body, times = :times, open = :open, area = :area, modified = :modified
WHERE region = :region AND id = :id
RETURNING number;

-- name: delete_entity
-- Take an entity away.
DELETE FROM entity WHERE region = :region AND id = :id RETURNING number;

-- name: drop_attribute
-- Forget what queries filter on for one attribute.
DELETE FROM entity_attribute WHERE region = :region AND entity = :entity AND name = :name;

-- name: drop_attributes
-- Forget what queries filter on for one entity.
DELETE FROM entity_attribute WHERE region = :region AND entity = :entity;

-- name: add_attribute
-- Remember one comparable value of an attribute.
INSERT INTO entity_attribute (region, entity, name, place, kind, link, number, text)
VALUES (:region, :entity, :name, :place, :kind, :link, :number, :text);

-- name: put_place
-- Remember where an entity is.
INSERT OR REPLACE INTO entity_place (number, west, east, south, north)
VALUES (:number, :west, :east, :south, :north);

-- name: drop_place
-- Forget where an entity is.
DELETE FROM entity_place WHERE number = :number;

-- name: types
-- Entity types of a region with their number.
SELECT type, count(*) FROM entity WHERE region = :region AND open >= :open
GROUP BY type ORDER BY type;

-- name: attribute_names
-- Attribute names of each entity type of a region.
SELECT DISTINCT e.type, a.name
FROM entity AS e JOIN entity_attribute AS a ON a.region = e.region AND a.entity = e.number
WHERE e.region = :region AND e.open >= :open
ORDER BY e.type, a.name;

-- name: add_event
-- Write down a change.
INSERT INTO event (region, sequence, entity_id, entity_type, operation, attributes, previous,
                   source, open, area, occurred, observed, readings)
VALUES (:region, :sequence, :entity_id, :entity_type, :operation, :attributes, :previous,
        :source, :open, :area, :occurred, :observed, :readings);

-- name: events
-- Changes after a sequence, in order.
SELECT region, sequence, entity_id, entity_type, operation, attributes, occurred, source, open,
       area, previous
FROM event WHERE region = :region AND sequence > :after ORDER BY sequence LIMIT :limit;

-- name: series_by_key
-- A series by what it is.
SELECT number, unit, area, open FROM series
WHERE region = :region AND entity_id = :entity_id AND attribute = :attribute
  AND dataset = :dataset AND feed = :feed;

-- name: add_series
-- Begin a series.
INSERT INTO series (region, entity_id, entity_type, attribute, dataset, feed, unit, area, open)
VALUES (:region, :entity_id, :entity_type, :attribute, :dataset, :feed, :unit, :area, :open)
RETURNING number;

-- name: update_series
-- Note the unit, place and openness of a series.
UPDATE series SET unit = :unit, area = :area, open = :open WHERE number = :number;

-- name: place_series
-- Note the place and openness of every series of an entity.
UPDATE series SET area = :area, open = :open
WHERE region = :region AND entity_id = :entity_id AND (area IS NOT :area OR open != :open);

-- name: value_at
-- The reading in force at one moment of a series.
SELECT ordinal, number, body FROM hot
WHERE region = :region AND series = :series AND observed = :observed
ORDER BY ordinal DESC LIMIT 1;

-- name: add_reading
-- Write down a reading.
INSERT INTO hot (region, series, observed, ordinal, number, body, sequence, received)
VALUES (:region, :series, :observed, :ordinal, :number, :body, :sequence, :received);

-- name: series_of_entity
-- Every series of an entity.
SELECT number, region, entity_id, entity_type, attribute, dataset, feed, unit, area, open
FROM series WHERE region = :region AND entity_id = :entity_id ORDER BY attribute, number;

-- name: series_by_numbers
-- Series by their numbers, given as a JSON list.
SELECT number, region, entity_id, entity_type, attribute, dataset, feed, unit, area, open
FROM series WHERE number IN (SELECT value FROM json_each(:numbers)) ORDER BY number;

-- name: readings
-- Readings of one series in force in a stretch of time, as they stood at a sequence.
SELECT observed, ordinal, number, body, sequence, received FROM hot AS h
WHERE region = :region AND series = :series AND observed >= :start AND observed < :end
  AND sequence <= :as_of
  AND NOT EXISTS (
      SELECT 1 FROM hot AS later
      WHERE later.region = h.region AND later.series = h.series AND later.observed = h.observed
        AND later.ordinal > h.ordinal AND later.sequence <= :as_of)
ORDER BY observed;

-- name: last_readings
-- The last readings of a series in force before a moment, newest first.
SELECT observed, ordinal, number, body, sequence, received FROM hot AS h
WHERE region = :region AND series = :series AND observed < :before AND observed >= :start
  AND NOT EXISTS (
      SELECT 1 FROM hot AS later
      WHERE later.region = h.region AND later.series = h.series AND later.observed = h.observed
        AND later.ordinal > h.ordinal)
ORDER BY observed DESC LIMIT :limit;

-- name: first_readings
-- The first readings of a series in force from a moment on, oldest first.
SELECT observed, ordinal, number, body, sequence, received FROM hot AS h
WHERE region = :region AND series = :series AND observed >= :start AND observed < :before
  AND NOT EXISTS (
      SELECT 1 FROM hot AS later
      WHERE later.region = h.region AND later.series = h.series AND later.observed = h.observed
        AND later.ordinal > h.ordinal)
ORDER BY observed LIMIT :limit;

-- name: revisions
-- Every value a series had at one moment.
SELECT observed, ordinal, number, body, sequence, received FROM hot
WHERE region = :region AND series = :series AND observed = :observed ORDER BY ordinal;

-- name: region_of_series
-- The region of a series.
SELECT region FROM series WHERE number = :series;

-- name: feed
-- One feed by its key.
SELECT key, region, name, owner, steward, kind, entity_type, interval_s, open, mapping, created,
       topics
FROM feed WHERE key = :key;

-- name: feeds
-- A region's feeds by name.
SELECT key, region, name, owner, steward, kind, entity_type, interval_s, open, mapping, created,
       topics
FROM feed WHERE region = :region ORDER BY name, key;

-- name: put_feed
-- Create a feed or replace what was agreed about it.
INSERT INTO feed (region, key, name, owner, steward, kind, entity_type, interval_s, open, mapping,
                  created, topics)
VALUES (:region, :key, :name, :owner, :steward, :kind, :entity_type, :interval_s, :open, :mapping,
        :created, :topics)
ON CONFLICT (region, key) DO UPDATE SET
    name = :name, owner = :owner, steward = :steward, kind = :kind, entity_type = :entity_type,
    interval_s = :interval_s, open = :open, mapping = :mapping, topics = :topics;

-- name: open_entities_of_feed
-- Let a feed's entities be as open as it is.
UPDATE entity SET open = :open WHERE region = :region AND feed = :feed AND open != :open;

-- name: open_series_of_feed
-- Let a feed's series be as open as it is.
UPDATE series SET open = :open WHERE region = :region AND feed = :feed AND open != :open;

-- name: contracts
-- What was agreed about a feed's attributes.
SELECT attribute, unit, minimum, maximum, interval_s FROM contract
WHERE region = :region AND feed = :feed ORDER BY attribute;

-- name: drop_contracts
-- Forget what was agreed about a feed's attributes.
DELETE FROM contract WHERE region = :region AND feed = :feed;

-- name: add_contract
-- Note what was agreed about one attribute.
INSERT INTO contract (region, feed, attribute, unit, minimum, maximum, interval_s)
VALUES (:region, :feed, :attribute, :unit, :minimum, :maximum, :interval_s);

-- name: grant
-- What a token opens, by its hash.
SELECT t.region, t.key, t.feed, f.entity_type, coalesce(f.open, t.open)
FROM token AS t LEFT JOIN feed AS f ON f.region = t.region AND f.key = t.feed
WHERE t.hash = :hash AND t.revoked IS NULL AND (t.feed IS NULL OR f.key IS NOT NULL);

-- name: add_token
-- Keep a token's hash.
INSERT INTO token (region, key, hash, feed, open, label, created)
VALUES (:region, :key, :hash, :feed, :open, :label, :created);

-- name: revoke_token
-- End a token.
UPDATE token SET revoked = coalesce(revoked, :now) WHERE region = :region AND key = :key
RETURNING key;

-- name: tokens
-- A region's tokens, or those of one feed.
SELECT key, region, feed, open, label, created, revoked FROM token
WHERE region = :region AND (:feed IS NULL OR feed = :feed) ORDER BY created, key;

-- name: add_quarantined
-- Keep a refused reading.
INSERT INTO quarantine (region, feed, entity_type, entity_id, attribute, observed, received,
                        reason, detail, payload, sequence, state)
VALUES (:region, :feed, :entity_type, :entity_id, :attribute, :observed, :received,
        :reason, :detail, :payload, :sequence, :state)
RETURNING number;

-- name: same_quarantined
-- A refused reading that is there already, sent again.
SELECT number FROM quarantine
WHERE region = :region AND entity_type = :entity_type AND attribute IS :attribute
  AND observed IS :observed AND feed = :feed AND entity_id IS :entity_id AND reason = :reason
  AND payload = :payload;

-- name: quarantined
-- Refused readings, newest first.
SELECT number, feed, entity_id, attribute, observed, received, reason, detail, payload, sequence,
       coalesce((SELECT d.state FROM decision AS d
                 WHERE d.region = q.region AND d.number = q.number AND d.sequence <= :as_of), state)
FROM quarantine AS q
WHERE region = :region
  AND (:feed IS NULL OR feed = :feed)
  AND (:entity_type IS NULL OR entity_type = :entity_type)
  AND (:attribute IS NULL OR attribute = :attribute OR attribute IS NULL)
  AND coalesce(observed, received) >= :start AND coalesce(observed, received) < :end
  AND sequence <= :as_of
ORDER BY number DESC LIMIT :limit;

-- name: rejected_counts
-- How many readings of an attribute were refused, by entity.
SELECT entity_id, count(*) FROM quarantine AS q
WHERE region = :region AND entity_type = :entity_type
  AND (attribute = :attribute OR attribute IS NULL) AND entity_id IS NOT NULL
  AND coalesce(observed, received) >= :start AND coalesce(observed, received) < :end
  AND sequence <= :as_of
  AND NOT EXISTS (
      SELECT 1 FROM decision AS d
      WHERE d.region = q.region AND d.number = q.number AND d.state = 'released'
        AND d.sequence <= :as_of)
GROUP BY entity_id;

-- name: refusal
-- One refused reading.
SELECT number, feed, entity_id, attribute, observed, received, reason, detail, payload, sequence,
       coalesce((SELECT d.state FROM decision AS d
                 WHERE d.region = q.region AND d.number = q.number), state)
FROM quarantine AS q WHERE region = :region AND number = :number;

-- name: decision
-- What was decided about a refused reading.
SELECT number, state, reason, person, at, sequence, readings FROM decision
WHERE region = :region AND number = :number;

-- name: add_decision
-- Keep what was decided about a refused reading, unless that was done before.
INSERT INTO decision (region, number, state, reason, person, at, sequence, readings)
VALUES (:region, :number, :state, :reason, :person, :at, :sequence, :readings)
ON CONFLICT DO NOTHING RETURNING number;

-- name: series_of_feed
-- A feed's series of an entity, of one attribute or of all.
SELECT number FROM series
WHERE region = :region AND entity_id = :entity_id AND feed = :feed
  AND (:attribute IS NULL OR attribute = :attribute) ORDER BY number;

-- name: sent
-- What was told about a message that its sender named.
SELECT region, feed, key, digest, status, body, at FROM sent
WHERE region = :region AND feed = :feed AND key = :key AND at > :since;

-- name: keep_sent
-- Keep what was told about a message that its sender named.
INSERT OR REPLACE INTO sent (region, feed, key, digest, status, body, at)
VALUES (:region, :feed, :key, :digest, :status, :body, :at);

-- name: forget_sent
-- Forget what was told long ago.
DELETE FROM sent WHERE at < :before;

-- name: note_connection
-- Note how a connection to somebody else stands.
INSERT INTO connection (name, state, since, detail) VALUES (:name, :state, :since, :detail)
ON CONFLICT (name) DO UPDATE SET state = :state, since = :since, detail = :detail;

-- name: connection
-- How a connection to somebody else stands.
SELECT name, state, since, detail FROM connection WHERE name = :name;

-- name: feed_state
-- When a feed was heard last.
SELECT last_received, last_observed FROM feed_state WHERE region = :region AND feed = :feed;

-- name: feed_hours
-- What came in from a feed in a stretch of hours.
SELECT coalesce(sum(accepted), 0), coalesce(sum(quarantined), 0) FROM feed_hour
WHERE region = :region AND feed = :feed AND hour >= :start AND hour < :end;

-- name: tally
-- What each feed brought in a stretch of events.
SELECT e.source, e.occurred / 3600000000, max(e.occurred), max(e.observed),
       sum(CASE WHEN e.operation = 'quarantined' THEN 0 ELSE e.readings END),
       sum(CASE WHEN e.operation = 'quarantined' THEN e.readings ELSE 0 END)
FROM event AS e JOIN feed AS f ON f.region = e.region AND f.key = e.source
WHERE e.region = :region AND e.sequence > :after AND e.sequence <= :until
GROUP BY 1, 2;

-- name: add_hour
-- Add what a feed brought to its hour.
INSERT INTO feed_hour (region, feed, hour, accepted, quarantined)
VALUES (:region, :feed, :hour, :accepted, :quarantined)
ON CONFLICT (region, feed, hour) DO UPDATE SET
    accepted = accepted + :accepted, quarantined = quarantined + :quarantined;

-- name: hear_feed
-- Note when a feed was heard.
INSERT INTO feed_state (region, feed, last_received, last_observed)
VALUES (:region, :feed, :received, :observed)
ON CONFLICT (region, feed) DO UPDATE SET
    last_received = max(coalesce(last_received, :received), :received),
    last_observed = max(coalesce(last_observed, :observed), coalesce(:observed, last_observed));

-- name: cursor
-- How far a follower has come.
SELECT sequence FROM follower WHERE region = :region AND name = :name;

-- name: followers
-- How far every follower of a region has come.
SELECT name, sequence FROM follower WHERE region = :region ORDER BY name;

-- name: move_cursor
-- Note how far a follower has come.
INSERT INTO follower (region, name, sequence, seen) VALUES (:region, :name, :sequence, :now)
ON CONFLICT (region, name) DO UPDATE SET sequence = :sequence, seen = :now;

-- name: drop_cursor
-- Forget a follower.
DELETE FROM follower WHERE region = :region AND name = :name;

-- name: lowest_cursor
-- How far the slowest follower of a region has come.
SELECT min(sequence) FROM follower WHERE region = :region;

-- name: trim_events
-- Drop events that every follower has seen.
DELETE FROM event WHERE region = :region AND sequence <= :until;

-- name: mark_trimmed
-- Leave a mark of how far events are gone.
UPDATE region SET trimmed = max(trimmed, :until) WHERE code = :region;
