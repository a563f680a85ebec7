-- The names of events of the last months, the most common first.
SELECT name, count() AS n
FROM events
WHERE workspace_id = {workspace_id:UUID}
  AND occurred_at >= {start:DateTime64(3, 'UTC')}
GROUP BY name
ORDER BY n DESC, name
LIMIT 200
