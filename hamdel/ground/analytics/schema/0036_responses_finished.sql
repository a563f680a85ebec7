-- Unfinished responses are copied as well, so that where people leave is counted in one pass.
ALTER TABLE responses ADD COLUMN IF NOT EXISTS is_finished Bool DEFAULT true
