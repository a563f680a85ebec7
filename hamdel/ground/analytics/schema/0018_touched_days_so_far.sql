-- Note the days of the rows that were there before the views above. Run again, it only notes them later.
INSERT INTO touched_days
SELECT workspace_id, 'scores' AS source, toDate(occurred_at, 'UTC') AS day, max(now64(3, 'UTC'))
FROM scores GROUP BY workspace_id, day
UNION ALL
SELECT workspace_id, 'survey_steps' AS source, toDate(occurred_at, 'UTC') AS day, max(now64(3, 'UTC'))
FROM survey_steps GROUP BY workspace_id, day
UNION ALL
SELECT workspace_id, 'conversations_log' AS source, toDate(occurred_at, 'UTC') AS day, max(now64(3, 'UTC'))
FROM conversations_log GROUP BY workspace_id, day
