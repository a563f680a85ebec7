-- The same wait in working hours, seconds; it holds for the hours its settling was made for.
ALTER TABLE waits ADD COLUMN IF NOT EXISTS open_wait Nullable(Float64)
