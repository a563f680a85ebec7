-- Read who was merged into whom, and separated again, out of the two events that announce it.
CREATE MATERIALIZED VIEW IF NOT EXISTS merges_from_events TO merges AS
SELECT
    workspace_id,
    assumeNotNull(toUUIDOrNull(events.properties['absorbed'])) AS customer_id,
    assumeNotNull(toUUIDOrNull(events.properties['into'])) AS into_id,
    toUnixTimestamp64Milli(received_at) AS version
FROM events
WHERE name IN ('Customer Merged', 'Customer Separated')
  AND toUUIDOrNull(events.properties['absorbed']) IS NOT NULL
  AND toUUIDOrNull(events.properties['into']) IS NOT NULL
