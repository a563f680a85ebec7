-- How far each asking went: invited, delivered, started, completed. Response rate is read from here.
CREATE TABLE IF NOT EXISTS survey_steps
(
    workspace_id  UUID,
    occurred_at   DateTime('UTC') CODEC(Delta, LZ4),
    step          Enum8('invited' = 1, 'delivered' = 2, 'started' = 3, 'completed' = 4),
    survey_id     LowCardinality(String),
    touchpoint    LowCardinality(String),
    channel       LowCardinality(String),
    invitation_id String,
    response_id   String,
    customer_id   UUID,
    event_id      UUID,
    properties    Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1,
    map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0
