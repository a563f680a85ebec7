-- The latest events of one name, of customers we know: whom a plan would have asked.
SELECT
    event_id,
    customer_id,
    occurred_at,
    received_at,
    touchpoint,
    channel,
    properties
FROM events
WHERE workspace_id = {workspace_id:UUID}
  AND name = {event:String}
  AND occurred_at >= {since:DateTime64(3, 'UTC')}
  AND customer_id != toUUID('00000000-0000-0000-0000-000000000000')
ORDER BY occurred_at DESC
LIMIT {limit:UInt32}
