-- How many gave each place of a metric's scale, in a period, at one touchpoint and channel or at any.
SELECT
    toInt32(score)      AS score,
    toInt64(sum(sign))  AS answers
FROM scores
WHERE workspace_id = {workspace_id:UUID}
  AND metric = {kind:String}
  AND occurred_at >= {start:DateTime64(3, 'UTC')}
  AND occurred_at < {end:DateTime64(3, 'UTC')}
  AND (scale_max <= scale_min OR (scale_min = {low:Float32} AND scale_max = {high:Float32}))
  AND score BETWEEN {low:Float32} AND {high:Float32}
  AND ({touchpoint:String} = '' OR touchpoint = {touchpoint:String})
  AND ({channel:String} = '' OR channel = {channel:String})
GROUP BY score
HAVING answers > 0
ORDER BY score
