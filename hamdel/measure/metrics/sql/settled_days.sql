-- When each day of a workspace was last settled; `day` is the moment it begins.
SELECT day, max(settling) AS settling
FROM settled_days
WHERE workspace_id = {workspace_id:UUID}
  AND source = {source:String}
  AND timezone = {timezone:String}
GROUP BY day
