-- How many orders of known customers there are, and of how many customers.
SELECT toInt64(count()) AS orders, toInt64(uniq(whose)) AS customers
FROM orders
WHERE workspace_id = {workspace_id:UUID}
  AND customer_id != toUUID('00000000-0000-0000-0000-000000000000')
  AND NOT is_guest
