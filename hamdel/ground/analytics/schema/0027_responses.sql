-- Finished responses of large surveys that change no more, copied so that results are counted in one pass: see listen/results/settling.py.
-- `answers` holds JSON by question, `texts` what was written, `folded` the same as it is searched. A stretch counts once it is listed.
CREATE TABLE IF NOT EXISTS responses
(
    workspace_id UUID,
    survey_id    UUID,
    stretch      Int64,
    response_id  UUID,
    version_id   UUID,
    customer_id  UUID,
    channel      LowCardinality(String),
    touchpoint   LowCardinality(String),
    place        LowCardinality(String),
    language     LowCardinality(String),
    score        Nullable(Int16),
    started_at   DateTime64(6, 'UTC') CODEC(Delta(8), LZ4),
    answers      Map(LowCardinality(String), String),
    texts        Map(LowCardinality(String), String),
    folded       Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, survey_id, started_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, map_serialization_version = 'with_buckets',
    map_buckets_min_avg_size = 0
