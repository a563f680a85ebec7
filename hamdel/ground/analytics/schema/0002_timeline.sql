-- The same events sorted by customer, so that one person's story is a few milliseconds among millions.
CREATE TABLE IF NOT EXISTS timeline
(
    workspace_id UUID,
    event_id     UUID,
    customer_id  UUID,
    source_id    UUID,
    type         LowCardinality(String),
    name         LowCardinality(String),
    occurred_at  DateTime64(3, 'UTC'),
    received_at  DateTime64(3, 'UTC'),
    touchpoint   LowCardinality(String),
    channel      LowCardinality(String),
    properties   Map(LowCardinality(String), String),
    context      String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (workspace_id, customer_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 1024
