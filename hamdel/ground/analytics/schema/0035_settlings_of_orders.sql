-- Which settlings of orders are complete; the last one counts.
CREATE TABLE IF NOT EXISTS settlings_of_orders
(
    workspace_id UUID,
    settling     DateTime64(3, 'UTC'),
    customers    UInt64
)
ENGINE = MergeTree
ORDER BY (workspace_id, settling)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
