-- Every event of every workspace, once: the only table that is truth here, all others follow from it.
-- fsync at insert and at merge costs nothing measurable with batches of thousands, and lets the files that a merge or
-- an erasure replaced go at once instead of after the eight minutes ClickHouse would keep them for fear of a power cut.
CREATE TABLE IF NOT EXISTS events
(
    workspace_id UUID,
    event_id     UUID,
    customer_id  UUID,
    source_id    UUID,
    type         LowCardinality(String),
    name         LowCardinality(String),
    occurred_at  DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    received_at  DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    touchpoint   LowCardinality(String),
    channel      LowCardinality(String),
    properties   Map(LowCardinality(String), String),
    context      String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (workspace_id, name, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
