-- Read a score out of "Score Given" and "Score Withdrawn"; one that is not a finite number is no score.
-- Only ...OrNull and ...OrZero conversions: an error here would stop the shipping of everything behind it.
CREATE MATERIALIZED VIEW IF NOT EXISTS scores_from_events TO scores AS
SELECT
    workspace_id,
    events.properties['metric'] AS metric,
    toDateTime(least(events.occurred_at, toDateTime64('2105-12-31', 3, 'UTC')), 'UTC') AS occurred_at,
    assumeNotNull(toFloat32OrNull(events.properties['score'])) AS score,
    if(name = 'Score Withdrawn', -1, 1) AS sign,
    touchpoint,
    channel,
    events.properties['survey_id'] AS survey_id,
    events.properties['question'] AS question,
    toFloat32OrZero(events.properties['scale_min']) AS scale_min,
    toFloat32OrZero(events.properties['scale_max']) AS scale_max,
    customer_id,
    event_id,
    events.properties['response_id'] AS response_id,
    toUUIDOrZero(events.properties['caused_by']) AS caused_by,
    events.properties['comment'] AS comment,
    mapFilter((key, value) -> key NOT IN ('metric', 'score', 'scale_min', 'scale_max', 'survey_id', 'question',
        'response_id', 'caused_by', 'comment', 'touchpoint', 'channel'), events.properties) AS properties
FROM events
WHERE name IN ('Score Given', 'Score Withdrawn')
  AND isFinite(ifNull(toFloat32OrNull(events.properties['score']), nan))
