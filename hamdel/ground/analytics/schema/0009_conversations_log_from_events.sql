-- Read the steps of conversations out of their four events; `author` is "human" or "bot" for a reply.
CREATE MATERIALIZED VIEW IF NOT EXISTS conversations_log_from_events TO conversations_log AS
SELECT
    workspace_id,
    occurred_at,
    events.properties['conversation_id'] AS conversation_id,
    multiIf(name = 'Conversation Started', 'started', name = 'Reply Sent', 'replied',
        name = 'Conversation Resolved', 'resolved', 'reopened') AS step,
    events.properties['by'] AS author,
    events.properties['topic'] AS topic,
    touchpoint,
    channel,
    customer_id,
    event_id,
    mapFilter((key, value) -> key NOT IN ('conversation_id', 'by', 'topic', 'text', 'touchpoint', 'channel'),
        events.properties) AS properties
FROM events
WHERE name IN ('Conversation Started', 'Reply Sent', 'Conversation Resolved', 'Conversation Reopened')
