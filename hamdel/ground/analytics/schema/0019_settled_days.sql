-- Which settling of a day counts: the last one. Rows of older settlings stay behind in the tables below, unread.
-- `day` is the moment at which a day of the workspace begins, in the time zone it had then.
CREATE TABLE IF NOT EXISTS settled_days
(
    workspace_id UUID,
    source       LowCardinality(String),
    timezone     LowCardinality(String),
    day          DateTime('UTC'),
    settling     DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(settling)
ORDER BY (workspace_id, source, timezone, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
