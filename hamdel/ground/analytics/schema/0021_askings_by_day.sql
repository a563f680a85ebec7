-- Invitations summed up by the day of their delivery: how many, and how many of them were answered in time.
CREATE TABLE IF NOT EXISTS askings_by_day
(
    workspace_id UUID,
    day          DateTime('UTC'),
    settling     DateTime64(3, 'UTC'),
    touchpoint   LowCardinality(String),
    channel      LowCardinality(String),
    survey_id    LowCardinality(String),
    part         Int64,
    n            Int64
)
ENGINE = MergeTree
ORDER BY (workspace_id, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
