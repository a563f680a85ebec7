-- Note the day of every row that comes into conversations_log.
CREATE MATERIALIZED VIEW IF NOT EXISTS touched_days_from_conversations_log TO touched_days AS
SELECT workspace_id, 'conversations_log' AS source, toDate(occurred_at, 'UTC') AS day, max(now64(3, 'UTC')) AS touched_at
FROM conversations_log
GROUP BY workspace_id, day
