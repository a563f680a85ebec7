-- Note the day of every row that comes into scores.
CREATE MATERIALIZED VIEW IF NOT EXISTS touched_days_from_scores TO touched_days AS
SELECT workspace_id, 'scores' AS source, toDate(occurred_at, 'UTC') AS day, max(now64(3, 'UTC')) AS touched_at
FROM scores
GROUP BY workspace_id, day
