-- Note both customers of every merge, and of every merge undone.
CREATE MATERIALIZED VIEW IF NOT EXISTS touched_customers_from_merges TO touched_customers AS
SELECT workspace_id, arrayJoin([merges.customer_id, merges.into_id]) AS customer_id, max(now64(3, 'UTC')) AS touched_at
FROM merges
GROUP BY workspace_id, customer_id
