-- Which properties the events of one name carry, and whether all their values are numbers or truths.
SELECT
    property,
    countIf(value != '' AND toFloat64OrNull(value) IS NULL) = 0 AND countIf(value != '') > 0 AS is_number,
    countIf(value NOT IN ('', 'true', 'false')) = 0 AND countIf(value != '') > 0 AS is_truth
FROM (
    SELECT properties
    FROM events
    WHERE workspace_id = {workspace_id:UUID}
      AND name = {event:String}
      AND occurred_at >= {since:DateTime64(3, 'UTC')}
    LIMIT 20000)
ARRAY JOIN mapKeys(properties) AS property, mapValues(properties) AS value
WHERE property NOT IN ('touchpoint', 'channel')
GROUP BY property
ORDER BY count() DESC, property
LIMIT 60
