-- Write these columns for the orders that are there already, in the background.
ALTER TABLE orders MATERIALIZE COLUMN order_key, MATERIALIZE COLUMN is_guest
