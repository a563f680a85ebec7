-- Up to when PostgreSQL's customers have been mirrored; 1970 when they never were.
SELECT max(read_until) AS read_until
FROM customers
WHERE workspace_id = {workspace_id:UUID}
