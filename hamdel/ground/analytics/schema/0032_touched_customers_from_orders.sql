-- Note the customer of every order that comes in.
CREATE MATERIALIZED VIEW IF NOT EXISTS touched_customers_from_orders TO touched_customers AS
SELECT workspace_id, customer_id, max(now64(3, 'UTC')) AS touched_at
FROM orders
GROUP BY workspace_id, customer_id
