-- Keep beside each order what repeat purchase asks of it, because reading texts and maps for it took half of the time.
ALTER TABLE orders
    ADD COLUMN IF NOT EXISTS order_key UInt64 DEFAULT if(order_id = '', sipHash64(event_id), sipHash64(order_id)),
    ADD COLUMN IF NOT EXISTS is_guest UInt8 DEFAULT properties['guest'] = 'true'
