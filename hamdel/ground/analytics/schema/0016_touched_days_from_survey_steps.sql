-- Note the day of every row that comes into survey_steps.
CREATE MATERIALIZED VIEW IF NOT EXISTS touched_days_from_survey_steps TO touched_days AS
SELECT workspace_id, 'survey_steps' AS source, toDate(occurred_at, 'UTC') AS day, max(now64(3, 'UTC')) AS touched_at
FROM survey_steps
GROUP BY workspace_id, day
