-- What a customer has ordered, in each currency: an order that was told twice counts once, the last total holds.
SELECT
    upper(last_currency) AS currency,
    count()              AS orders,
    sum(last_total)      AS total,
    max(first_at)        AS last_at
FROM (
    SELECT
        argMax(total, (occurred_at, event_id))    AS last_total,
        argMax(currency, (occurred_at, event_id)) AS last_currency,
        min(occurred_at)                          AS first_at
    FROM orders
    WHERE workspace_id = {workspace_id:UUID}
      AND customer_id IN {customers:Array(UUID)}
      AND is_guest = 0
    GROUP BY order_key
)
GROUP BY currency
ORDER BY orders DESC, currency
