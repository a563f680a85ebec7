-- The touchpoints and channels at which scores were given, the most used first.
SELECT
    toString(touchpoint)    AS touchpoint,
    toString(channel)       AS channel,
    count()                 AS scores
FROM scores
WHERE workspace_id = {workspace_id:UUID}
GROUP BY touchpoint, channel
ORDER BY scores DESC
LIMIT 500
