-- What happened in each conversation, to the millisecond: started, replied, resolved, reopened.
-- Sorted by time: a chart asks for a period, and a conversation is over within days of its start.
CREATE TABLE IF NOT EXISTS conversations_log
(
    workspace_id    UUID,
    occurred_at     DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    conversation_id String,
    step            Enum8('started' = 1, 'replied' = 2, 'resolved' = 3, 'reopened' = 4),
    author          LowCardinality(String),
    topic           LowCardinality(String),
    touchpoint      LowCardinality(String),
    channel         LowCardinality(String),
    customer_id     UUID,
    event_id        UUID,
    properties      Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1,
    map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0
