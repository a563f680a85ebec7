-- Which customer another one has become; the row with the highest version counts, and into_id = customer_id undoes.
CREATE TABLE IF NOT EXISTS merges
(
    workspace_id UUID,
    customer_id  UUID,
    into_id      UUID,
    version      UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (workspace_id, customer_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
