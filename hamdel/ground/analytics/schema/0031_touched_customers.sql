-- When each customer last had an order added or became somebody else: settled orders of theirs are not to be trusted since.
CREATE TABLE IF NOT EXISTS touched_customers
(
    workspace_id UUID,
    customer_id  UUID,
    touched_at   SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (workspace_id, customer_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
