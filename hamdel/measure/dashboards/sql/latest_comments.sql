-- The latest words of customers: a survey of ours tells them in an event of their own, an importer beside the score.
SELECT
    event_id, customer_id, occurred_at, survey_id, response_id, metric, score, text, touchpoint, channel
FROM
(
    SELECT
        event_id, customer_id, toDateTime64(occurred_at, 3, 'UTC') AS occurred_at, toString(survey_id) AS survey_id,
        response_id, toString(metric) AS metric, toString(score) AS score, comment AS text,
        toString(touchpoint) AS touchpoint, toString(channel) AS channel
    FROM scores
    WHERE workspace_id = {workspace_id:UUID}
      AND metric IN ('nps', 'csat', 'ces1', 'ces2')
      AND scores.occurred_at >= {start:DateTime64(3, 'UTC')}
      AND scores.occurred_at < {end:DateTime64(3, 'UTC')}
      AND sign > 0
      AND comment != ''
      AND ({touchpoint:String} = '' OR scores.touchpoint = {touchpoint:String})
      AND ({channel:String} = '' OR scores.channel = {channel:String})
    ORDER BY scores.occurred_at DESC
    LIMIT 4 * {limit:UInt32}
    UNION ALL
    SELECT
        event_id, customer_id, occurred_at, properties['survey_id'] AS survey_id,
        properties['response_id'] AS response_id, '' AS metric, properties['score'] AS score,
        properties['text'] AS text, toString(touchpoint) AS touchpoint, toString(channel) AS channel
    FROM events
    WHERE workspace_id = {workspace_id:UUID}
      AND name = 'Comment Given'
      AND events.occurred_at >= {start:DateTime64(3, 'UTC')}
      AND events.occurred_at < {end:DateTime64(3, 'UTC')}
      AND properties['text'] != ''
      AND ({touchpoint:String} = '' OR events.touchpoint = {touchpoint:String})
      AND ({channel:String} = '' OR events.channel = {channel:String})
    ORDER BY events.occurred_at DESC
    LIMIT 4 * {limit:UInt32}
)
ORDER BY occurred_at DESC, event_id DESC
LIMIT 1 BY if(response_id = '', toString(event_id), response_id)
LIMIT {limit:UInt32}
