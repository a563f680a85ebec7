-- One row per "Order Completed", customer by customer: repeat purchase, value and silence are read from here.
CREATE TABLE IF NOT EXISTS orders
(
    workspace_id UUID,
    customer_id  UUID,
    occurred_at  DateTime('UTC'),
    order_id     String,
    total        Float64,
    currency     LowCardinality(String),
    touchpoint   LowCardinality(String),
    channel      LowCardinality(String),
    event_id     UUID,
    properties   Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, customer_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1,
    map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0
