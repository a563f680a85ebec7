-- Keep beside each order its customer in the 64 bits that repeat purchase groups by.
ALTER TABLE orders ADD COLUMN IF NOT EXISTS whose UInt64 DEFAULT sipHash64(customer_id)
