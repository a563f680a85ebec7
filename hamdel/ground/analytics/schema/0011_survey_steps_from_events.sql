-- Read the steps of surveys out of their four events.
CREATE MATERIALIZED VIEW IF NOT EXISTS survey_steps_from_events TO survey_steps AS
SELECT
    workspace_id,
    toDateTime(least(events.occurred_at, toDateTime64('2105-12-31', 3, 'UTC')), 'UTC') AS occurred_at,
    multiIf(name = 'Survey Invited', 'invited', name = 'Survey Delivered', 'delivered',
        name = 'Survey Started', 'started', 'completed') AS step,
    events.properties['survey_id'] AS survey_id,
    touchpoint,
    channel,
    events.properties['invitation_id'] AS invitation_id,
    events.properties['response_id'] AS response_id,
    customer_id,
    event_id,
    mapFilter((key, value) -> key NOT IN ('survey_id', 'invitation_id', 'response_id', 'touchpoint', 'channel'),
        events.properties) AS properties
FROM events
WHERE name IN ('Survey Invited', 'Survey Delivered', 'Survey Started', 'Survey Completed')
