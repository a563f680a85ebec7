-- When each day (UTC) of a source last had rows added.
SELECT day, max(touched_at) AS touched_at
FROM touched_days
WHERE workspace_id = {workspace_id:UUID}
  AND source = {source:String}
GROUP BY day
