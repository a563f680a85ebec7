-- Copies that somebody has gone on after: from the stretch `by_stretch` on, what stands in `responses` in `stretch` counts no more.
CREATE TABLE IF NOT EXISTS withdrawn_responses
(
    workspace_id UUID,
    survey_id    UUID,
    stretch      Int64,
    response_id  UUID,
    customer_id  UUID,
    by_stretch   Int64
)
ENGINE = MergeTree
ORDER BY (workspace_id, survey_id, stretch, response_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1
