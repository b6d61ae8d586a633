-- Statements on sealed history, by name.

-- name: raw_readings
-- Rows of one series in a stretch of time up to a sequence, corrections and all.
SELECT :series, observed, ordinal, number, body, sequence, received FROM hot
WHERE region = :region AND series = :series AND observed >= :start AND observed < :end
  AND sequence <= :as_of
ORDER BY observed, ordinal;

-- name: unsealed_rows
-- Rows of one series in a stretch of time that came after a sequence and up to another.
SELECT :series, observed, ordinal, number, body, sequence, received FROM hot
WHERE region = :region AND series = :series AND observed >= :start AND observed < :end
  AND sequence > :after AND sequence <= :until
ORDER BY observed, ordinal;

-- name: unsealed_hours
-- Hours of one series that have a reading which is in no segment.
SELECT DISTINCT h.observed / 3600000000 FROM hot AS h
WHERE h.region = :region AND h.series = :series AND h.observed >= :start AND h.observed < :end
  AND NOT EXISTS (
      SELECT 1 FROM segment AS g
      WHERE g.region = h.region AND g.day = h.observed / 86400000000 AND g.watermark >= h.sequence)
ORDER BY 1;

-- name: first_hot
-- Where the hot rows of a region begin, from a moment on.
SELECT min((SELECT min(h.observed) FROM hot AS h
            WHERE h.region = s.region AND h.series = s.number AND h.observed >= :start))
FROM series AS s WHERE s.region = :region;

-- name: series_numbers
-- Every series of a region.
SELECT number FROM series WHERE region = :region ORDER BY number;

-- name: add_segment
-- Enter a segment into the manifest.
INSERT INTO segment (region, day, number, path, hours, rows, watermark, sha256, size, sealed)
VALUES (:region, :day, :number, :path, :hours, :rows, :watermark, :sha256, :size, :sealed);

-- name: segments
-- The segments of a stretch of days (both ends included), in order.
SELECT region, day, number, path, hours, rows, watermark, sha256, size, sealed FROM segment
WHERE region = :region AND day >= :first AND day <= :last ORDER BY day, number;

-- name: newest_sealed
-- The last day of a region that is sealed.
SELECT max(day) FROM segment WHERE region = :region;

-- name: segments_to_clear
-- Days of a region whose hot rows have not all gone yet.
SELECT DISTINCT day FROM segment WHERE region = :region AND cleared = 0 ORDER BY day;

-- name: clear_rows
-- Drop some rows of one series that are in a segment.
DELETE FROM hot WHERE (region, series, observed, ordinal) IN (
    SELECT region, series, observed, ordinal FROM hot
    WHERE region = :region AND series = :series AND observed >= :start AND observed < :end
      AND sequence <= :watermark LIMIT :limit)
RETURNING 1;

-- name: next_series
-- Some series of a region after one.
SELECT number FROM series WHERE region = :region AND number > :after ORDER BY number LIMIT 500;

-- name: mark_cleared
-- No row of a day is hot any more that stands in a segment.
UPDATE segment SET cleared = 1
WHERE region = :region AND day = :day AND cleared = 0 AND watermark <= :watermark;
