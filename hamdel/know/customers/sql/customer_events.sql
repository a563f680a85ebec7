-- A customer's events, newest first; those of merged customers are theirs as well.
SELECT
    event_id,
    type,
    name,
    occurred_at,
    touchpoint,
    channel,
    properties
FROM timeline
WHERE workspace_id = {workspace_id:UUID}
  AND customer_id IN {customers:Array(UUID)}
  AND occurred_at <= {before:DateTime64(3, 'UTC')}
  AND (occurred_at, event_id) < ({before:DateTime64(3, 'UTC')}, {before_id:UUID})
  AND (empty({names:Array(String)}) OR has({names:Array(String)}, name))
ORDER BY occurred_at DESC, event_id DESC
LIMIT {limit:UInt32}
