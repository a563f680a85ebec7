-- The time it is where the coming of rows is noted.
SELECT now64(3, 'UTC') AS now
FROM system.one
WHERE {workspace_id:UUID} = {workspace_id:UUID}
