-- The stretches of a survey whose responses are all in ClickHouse, and the moment up to which that is so.
SELECT groupArray(stretch) AS stretches, max(until) AS until
FROM settled_stretches
WHERE workspace_id = {workspace_id:UUID} AND survey_id = {survey:UUID}
HAVING count() > 0
