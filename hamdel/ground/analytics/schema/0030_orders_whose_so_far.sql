-- Write this column for the orders that are there already, in the background.
ALTER TABLE orders MATERIALIZE COLUMN whose
