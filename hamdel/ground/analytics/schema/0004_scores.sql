-- One row per score given (sign +1) and per score taken back (sign -1): count with sum(sign), never count().
-- Whole seconds and narrow columns, because every chart of a score reads this table from end to end.
-- The properties are split in buckets, so that a breakdown by one of them does not read the others.
CREATE TABLE IF NOT EXISTS scores
(
    workspace_id UUID,
    metric       LowCardinality(String),
    occurred_at  DateTime('UTC') CODEC(Delta, LZ4),
    score        Float32,
    sign         Int8,
    touchpoint   LowCardinality(String),
    channel      LowCardinality(String),
    survey_id    LowCardinality(String),
    question     LowCardinality(String),
    scale_min    Float32,
    scale_max    Float32,
    customer_id  UUID,
    event_id     UUID,
    response_id  String,
    caused_by    UUID,
    comment      String CODEC(ZSTD(1)),
    properties   Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, metric, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1,
    map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0
