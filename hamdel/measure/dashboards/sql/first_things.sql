-- Whether anything has happened in the workspace yet, and whether any of it was a score.
SELECT
    (SELECT count() > 0 FROM (SELECT 1 FROM events WHERE workspace_id = {workspace_id:UUID} LIMIT 1)) AS has_events,
    (SELECT count() > 0 FROM (SELECT 1 FROM scores WHERE workspace_id = {workspace_id:UUID} LIMIT 1)) AS has_scores
