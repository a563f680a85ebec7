-- The names of events there are lately, the most frequent first.
SELECT name, count() AS n
FROM events
WHERE workspace_id = {workspace_id:UUID}
  AND type = 'track'
  AND occurred_at >= {since:DateTime64(3, 'UTC')}
GROUP BY name
ORDER BY n DESC
LIMIT 200
