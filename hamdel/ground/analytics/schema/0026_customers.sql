-- Customers as PostgreSQL knows them, mirrored so that segments need one question: see know/segments/mirror.py.
-- `read_until` of the last row of each round tells up to when PostgreSQL was read; the others have 1970.
CREATE TABLE IF NOT EXISTS customers
(
    workspace_id  UUID,
    customer_id   UUID,
    is_whole      UInt8,
    is_anonymous  UInt8,
    has_user_id   UInt8,
    name          String,
    email         String,
    phone         String,
    language      LowCardinality(String),
    first_seen_at DateTime64(3, 'UTC'),
    last_seen_at  DateTime64(3, 'UTC'),
    traits        Map(LowCardinality(String), String),
    changed_at    DateTime64(6, 'UTC'),
    read_until    DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(changed_at)
ORDER BY (workspace_id, customer_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
