-- Read an order out of "Order Completed"; a total that is no number counts as nothing, the order still counts.
CREATE MATERIALIZED VIEW IF NOT EXISTS orders_from_events TO orders AS
SELECT
    workspace_id,
    customer_id,
    toDateTime(least(events.occurred_at, toDateTime64('2105-12-31', 3, 'UTC')), 'UTC') AS occurred_at,
    events.properties['order_id'] AS order_id,
    if(isFinite(toFloat64OrZero(events.properties['total']) AS number), number, 0) AS total,
    events.properties['currency'] AS currency,
    touchpoint,
    channel,
    event_id,
    mapFilter((key, value) -> key NOT IN ('order_id', 'total', 'currency', 'products', 'touchpoint', 'channel'),
        events.properties) AS properties
FROM events
WHERE name = 'Order Completed'
