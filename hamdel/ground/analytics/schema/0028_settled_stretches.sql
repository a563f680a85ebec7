-- Which stretches of a survey's responses are whole in `responses`, and up to when.
CREATE TABLE IF NOT EXISTS settled_stretches
(
    workspace_id UUID,
    survey_id    UUID,
    stretch      Int64,
    until        DateTime64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (workspace_id, survey_id, stretch)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
