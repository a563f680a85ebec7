-- One row per round of a conversation that is over: from its opening to the first human reply, in seconds; NULL for
-- one that nobody answered in time. A quantile does not add up, so the waits themselves are kept.
CREATE TABLE IF NOT EXISTS waits
(
    workspace_id UUID,
    day          DateTime('UTC'),
    settling     DateTime64(3, 'UTC'),
    opened_at    DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    wait         Nullable(Float64),
    touchpoint   LowCardinality(String),
    channel      LowCardinality(String),
    topic        LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
