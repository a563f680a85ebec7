-- The orders as they stood at a settling, each with what its customer had ordered before. `previous_at` is the Unix
-- second of the order before it, -1 for the first; `other_at` that of the last one before it under another id than the
-- previous order's, -1 for none, and far in the future where this order has the previous one's id or is the first.
CREATE TABLE IF NOT EXISTS settled_orders
(
    workspace_id UUID,
    settling     DateTime64(3, 'UTC'),
    customer_id  UUID,
    whose        UInt64,
    owner        UInt64,
    occurred_at  DateTime('UTC') CODEC(Delta(4), LZ4),
    previous_at  Int64,
    other_at     Int64
)
ENGINE = MergeTree
ORDER BY (workspace_id, settling, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
