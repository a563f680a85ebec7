-- The last settling of a workspace's orders, and of how many customers anything was heard since.
WITH
(
    SELECT max(settling)
    FROM settlings_of_orders
    WHERE workspace_id = {workspace_id:UUID}
) AS last
SELECT
    last AS settling,
    (
        SELECT toInt64(max(customers))
        FROM settlings_of_orders
        WHERE workspace_id = {workspace_id:UUID}
          AND settling = last
    ) AS customers,
    toInt64(uniqExact(customer_id)) AS touched
FROM touched_customers
WHERE workspace_id = {workspace_id:UUID}
  AND touched_at > last - toIntervalMillisecond({quiet:Int64})
HAVING last > toDateTime64(0, 3, 'UTC')
