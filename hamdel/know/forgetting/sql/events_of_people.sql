-- The ids of all events of these customers.
SELECT event_id
FROM events
WHERE workspace_id = {workspace_id:UUID}
  AND customer_id IN {customers:Array(UUID)}
