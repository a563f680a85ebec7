-- Scores summed up by day, place and scale, so that a year is a few thousand rows instead of a million answers.
-- `day` is the moment at which a day of the workspace begins.
CREATE TABLE IF NOT EXISTS scores_by_day
(
    workspace_id UUID,
    metric       LowCardinality(String),
    day          DateTime('UTC'),
    settling     DateTime64(3, 'UTC'),
    scale_low    Float64,
    scale_high   Float64,
    touchpoint   LowCardinality(String),
    channel      LowCardinality(String),
    survey_id    LowCardinality(String),
    question     LowCardinality(String),
    n            Int64,
    total        Float64,
    squares      Float64,
    promoters    Int64,
    passives     Int64,
    detractors   Int64,
    top_two      Int64,
    easy         Int64
)
ENGINE = MergeTree
ORDER BY (workspace_id, metric, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
