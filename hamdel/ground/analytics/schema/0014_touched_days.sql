-- When each day (UTC) of a source last had rows added: what was settled before that is not to be trusted.
CREATE TABLE IF NOT EXISTS touched_days
(
    workspace_id UUID,
    source       LowCardinality(String),
    day          Date,
    touched_at   SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (workspace_id, source, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
