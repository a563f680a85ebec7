-- Copy each event into the timeline at the moment it is stored.
CREATE MATERIALIZED VIEW IF NOT EXISTS timeline_from_events TO timeline AS
SELECT
    workspace_id, event_id, customer_id, source_id, type, name, occurred_at, received_at,
    touchpoint, channel, properties, context
FROM events
