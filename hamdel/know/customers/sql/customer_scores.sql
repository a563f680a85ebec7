-- The latest score a customer gave on each metric.
SELECT
    properties['metric']                                 AS metric,
    argMax(properties['score'], (occurred_at, event_id)) AS score,
    max(occurred_at)                                     AS at
FROM timeline
WHERE workspace_id = {workspace_id:UUID}
  AND customer_id IN {customers:Array(UUID)}
  AND name = 'Score Given'
  AND properties['metric'] != ''
GROUP BY metric
ORDER BY at DESC
LIMIT 4
