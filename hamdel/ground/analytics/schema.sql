-- The whole schema, made by `python -m hamdel.ground.analytics`; not applied, only read.

CREATE TABLE askings_by_day
(
    `workspace_id` UUID,
    `day` DateTime('UTC'),
    `settling` DateTime64(3, 'UTC'),
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `survey_id` LowCardinality(String),
    `part` Int64,
    `n` Int64
)
ENGINE = MergeTree
ORDER BY (workspace_id, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE TABLE conversations_log
(
    `workspace_id` UUID,
    `occurred_at` DateTime64(3, 'UTC') CODEC(Delta(8), LZ4),
    `conversation_id` String,
    `step` Enum8('started' = 1, 'replied' = 2, 'resolved' = 3, 'reopened' = 4),
    `author` LowCardinality(String),
    `topic` LowCardinality(String),
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `customer_id` UUID,
    `event_id` UUID,
    `properties` Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0, index_granularity = 8192;

CREATE MATERIALIZED VIEW conversations_log_from_events TO conversations_log
(
    `workspace_id` UUID,
    `occurred_at` DateTime64(3, 'UTC'),
    `conversation_id` String,
    `step` String,
    `author` String,
    `topic` String,
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `customer_id` UUID,
    `event_id` UUID,
    `properties` Map(LowCardinality(String), String)
)
AS SELECT
    workspace_id,
    occurred_at,
    events.properties['conversation_id'] AS conversation_id,
    multiIf(name = 'Conversation Started', 'started', name = 'Reply Sent', 'replied', name = 'Conversation Resolved', 'resolved', 'reopened') AS step,
    events.properties['by'] AS author,
    events.properties['topic'] AS topic,
    touchpoint,
    channel,
    customer_id,
    event_id,
    mapFilter((key, value) -> (key NOT IN ('conversation_id', 'by', 'topic', 'text', 'touchpoint', 'channel')), events.properties) AS properties
FROM events
WHERE name IN ('Conversation Started', 'Reply Sent', 'Conversation Resolved', 'Conversation Reopened');

CREATE TABLE customers
(
    `workspace_id` UUID,
    `customer_id` UUID,
    `is_whole` UInt8,
    `is_anonymous` UInt8,
    `has_user_id` UInt8,
    `name` String,
    `email` String,
    `phone` String,
    `language` LowCardinality(String),
    `first_seen_at` DateTime64(3, 'UTC'),
    `last_seen_at` DateTime64(3, 'UTC'),
    `traits` Map(LowCardinality(String), String),
    `changed_at` DateTime64(6, 'UTC'),
    `read_until` DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(changed_at)
ORDER BY (workspace_id, customer_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE TABLE events
(
    `workspace_id` UUID,
    `event_id` UUID,
    `customer_id` UUID,
    `source_id` UUID,
    `type` LowCardinality(String),
    `name` LowCardinality(String),
    `occurred_at` DateTime64(3, 'UTC') CODEC(Delta(8), LZ4),
    `received_at` DateTime64(3, 'UTC') CODEC(Delta(8), LZ4),
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `properties` Map(LowCardinality(String), String),
    `context` String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (workspace_id, name, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE TABLE merges
(
    `workspace_id` UUID,
    `customer_id` UUID,
    `into_id` UUID,
    `version` UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (workspace_id, customer_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE MATERIALIZED VIEW merges_from_events TO merges
(
    `workspace_id` UUID,
    `customer_id` UUID,
    `into_id` UUID,
    `version` Int64
)
AS SELECT
    workspace_id,
    assumeNotNull(toUUIDOrNull(events.properties['absorbed'])) AS customer_id,
    assumeNotNull(toUUIDOrNull(events.properties['into'])) AS into_id,
    toUnixTimestamp64Milli(received_at) AS version
FROM events
WHERE (name IN ('Customer Merged', 'Customer Separated')) AND (toUUIDOrNull(events.properties['absorbed']) IS NOT NULL) AND (toUUIDOrNull(events.properties['into']) IS NOT NULL);

CREATE TABLE orders
(
    `workspace_id` UUID,
    `customer_id` UUID,
    `occurred_at` DateTime('UTC'),
    `order_id` String,
    `total` Float64,
    `currency` LowCardinality(String),
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `event_id` UUID,
    `properties` Map(LowCardinality(String), String),
    `order_key` UInt64 DEFAULT if(order_id = '', sipHash64(event_id), sipHash64(order_id)),
    `is_guest` UInt8 DEFAULT (properties['guest']) = 'true',
    `whose` UInt64 DEFAULT sipHash64(customer_id)
)
ENGINE = MergeTree
ORDER BY (workspace_id, customer_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0, index_granularity = 8192;

CREATE MATERIALIZED VIEW orders_from_events TO orders
(
    `workspace_id` UUID,
    `customer_id` UUID,
    `occurred_at` DateTime('UTC'),
    `order_id` String,
    `total` Float64,
    `currency` String,
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `event_id` UUID,
    `properties` Map(LowCardinality(String), String)
)
AS SELECT
    workspace_id,
    customer_id,
    toDateTime(least(events.occurred_at, toDateTime64('2105-12-31', 3, 'UTC')), 'UTC') AS occurred_at,
    events.properties['order_id'] AS order_id,
    if(isFinite(toFloat64OrZero(events.properties['total']) AS number), number, 0) AS total,
    events.properties['currency'] AS currency,
    touchpoint,
    channel,
    event_id,
    mapFilter((key, value) -> (key NOT IN ('order_id', 'total', 'currency', 'products', 'touchpoint', 'channel')), events.properties) AS properties
FROM events
WHERE name = 'Order Completed';

CREATE TABLE responses
(
    `workspace_id` UUID,
    `survey_id` UUID,
    `stretch` Int64,
    `response_id` UUID,
    `version_id` UUID,
    `customer_id` UUID,
    `channel` LowCardinality(String),
    `touchpoint` LowCardinality(String),
    `place` LowCardinality(String),
    `language` LowCardinality(String),
    `score` Nullable(Int16),
    `started_at` DateTime64(6, 'UTC') CODEC(Delta(8), LZ4),
    `answers` Map(LowCardinality(String), String),
    `texts` Map(LowCardinality(String), String),
    `folded` Map(LowCardinality(String), String),
    `is_finished` Bool DEFAULT true
)
ENGINE = MergeTree
ORDER BY (workspace_id, survey_id, started_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0, index_granularity = 8192;

CREATE TABLE schema_migrations
(
    `name` String,
    `checksum` String,
    `applied_at` DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192;

CREATE TABLE scores
(
    `workspace_id` UUID,
    `metric` LowCardinality(String),
    `occurred_at` DateTime('UTC') CODEC(Delta(4), LZ4),
    `score` Float32,
    `sign` Int8,
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `survey_id` LowCardinality(String),
    `question` LowCardinality(String),
    `scale_min` Float32,
    `scale_max` Float32,
    `customer_id` UUID,
    `event_id` UUID,
    `response_id` String,
    `caused_by` UUID,
    `comment` String CODEC(ZSTD(1)),
    `properties` Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, metric, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0, index_granularity = 8192;

CREATE TABLE scores_by_day
(
    `workspace_id` UUID,
    `metric` LowCardinality(String),
    `day` DateTime('UTC'),
    `settling` DateTime64(3, 'UTC'),
    `scale_low` Float64,
    `scale_high` Float64,
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `survey_id` LowCardinality(String),
    `question` LowCardinality(String),
    `n` Int64,
    `total` Float64,
    `squares` Float64,
    `promoters` Int64,
    `passives` Int64,
    `detractors` Int64,
    `top_two` Int64,
    `easy` Int64
)
ENGINE = MergeTree
ORDER BY (workspace_id, metric, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE MATERIALIZED VIEW scores_from_events TO scores
(
    `workspace_id` UUID,
    `metric` String,
    `occurred_at` DateTime('UTC'),
    `score` Float32,
    `sign` Int16,
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `survey_id` String,
    `question` String,
    `scale_min` Float32,
    `scale_max` Float32,
    `customer_id` UUID,
    `event_id` UUID,
    `response_id` String,
    `caused_by` UUID,
    `comment` String,
    `properties` Map(LowCardinality(String), String)
)
AS SELECT
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
    mapFilter((key, value) -> (key NOT IN ('metric', 'score', 'scale_min', 'scale_max', 'survey_id', 'question', 'response_id', 'caused_by', 'comment', 'touchpoint', 'channel')), events.properties) AS properties
FROM events
WHERE (name IN ('Score Given', 'Score Withdrawn')) AND isFinite(ifNull(toFloat32OrNull(events.properties['score']), nan));

CREATE TABLE settled_days
(
    `workspace_id` UUID,
    `source` LowCardinality(String),
    `timezone` LowCardinality(String),
    `day` DateTime('UTC'),
    `settling` DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(settling)
ORDER BY (workspace_id, source, timezone, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE TABLE settled_orders
(
    `workspace_id` UUID,
    `settling` DateTime64(3, 'UTC'),
    `customer_id` UUID,
    `whose` UInt64,
    `owner` UInt64,
    `occurred_at` DateTime('UTC') CODEC(Delta(4), LZ4),
    `previous_at` Int64,
    `other_at` Int64
)
ENGINE = MergeTree
ORDER BY (workspace_id, settling, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE TABLE settled_stretches
(
    `workspace_id` UUID,
    `survey_id` UUID,
    `stretch` Int64,
    `until` DateTime64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (workspace_id, survey_id, stretch)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE TABLE settlings_of_orders
(
    `workspace_id` UUID,
    `settling` DateTime64(3, 'UTC'),
    `customers` UInt64
)
ENGINE = MergeTree
ORDER BY (workspace_id, settling)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE TABLE survey_steps
(
    `workspace_id` UUID,
    `occurred_at` DateTime('UTC') CODEC(Delta(4), LZ4),
    `step` Enum8('invited' = 1, 'delivered' = 2, 'started' = 3, 'completed' = 4),
    `survey_id` LowCardinality(String),
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `invitation_id` String,
    `response_id` String,
    `customer_id` UUID,
    `event_id` UUID,
    `properties` Map(LowCardinality(String), String)
)
ENGINE = MergeTree
ORDER BY (workspace_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0, index_granularity = 8192;

CREATE MATERIALIZED VIEW survey_steps_from_events TO survey_steps
(
    `workspace_id` UUID,
    `occurred_at` DateTime('UTC'),
    `step` String,
    `survey_id` String,
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `invitation_id` String,
    `response_id` String,
    `customer_id` UUID,
    `event_id` UUID,
    `properties` Map(LowCardinality(String), String)
)
AS SELECT
    workspace_id,
    toDateTime(least(events.occurred_at, toDateTime64('2105-12-31', 3, 'UTC')), 'UTC') AS occurred_at,
    multiIf(name = 'Survey Invited', 'invited', name = 'Survey Delivered', 'delivered', name = 'Survey Started', 'started', 'completed') AS step,
    events.properties['survey_id'] AS survey_id,
    touchpoint,
    channel,
    events.properties['invitation_id'] AS invitation_id,
    events.properties['response_id'] AS response_id,
    customer_id,
    event_id,
    mapFilter((key, value) -> (key NOT IN ('survey_id', 'invitation_id', 'response_id', 'touchpoint', 'channel')), events.properties) AS properties
FROM events
WHERE name IN ('Survey Invited', 'Survey Delivered', 'Survey Started', 'Survey Completed');

CREATE TABLE timeline
(
    `workspace_id` UUID,
    `event_id` UUID,
    `customer_id` UUID,
    `source_id` UUID,
    `type` LowCardinality(String),
    `name` LowCardinality(String),
    `occurred_at` DateTime64(3, 'UTC'),
    `received_at` DateTime64(3, 'UTC'),
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `properties` Map(LowCardinality(String), String),
    `context` String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (workspace_id, customer_id, occurred_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 1024;

CREATE MATERIALIZED VIEW timeline_from_events TO timeline
(
    `workspace_id` UUID,
    `event_id` UUID,
    `customer_id` UUID,
    `source_id` UUID,
    `type` LowCardinality(String),
    `name` LowCardinality(String),
    `occurred_at` DateTime64(3, 'UTC'),
    `received_at` DateTime64(3, 'UTC'),
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `properties` Map(LowCardinality(String), String),
    `context` String
)
AS SELECT
    workspace_id,
    event_id,
    customer_id,
    source_id,
    type,
    name,
    occurred_at,
    received_at,
    touchpoint,
    channel,
    properties,
    context
FROM events;

CREATE TABLE touched_customers
(
    `workspace_id` UUID,
    `customer_id` UUID,
    `touched_at` SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (workspace_id, customer_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE MATERIALIZED VIEW touched_customers_from_merges TO touched_customers
(
    `workspace_id` UUID,
    `customer_id` UUID,
    `touched_at` DateTime64(3, 'UTC')
)
AS SELECT
    workspace_id,
    arrayJoin([merges.customer_id, merges.into_id]) AS customer_id,
    max(now64(3, 'UTC')) AS touched_at
FROM merges
GROUP BY
    workspace_id,
    customer_id;

CREATE MATERIALIZED VIEW touched_customers_from_orders TO touched_customers
(
    `workspace_id` UUID,
    `customer_id` UUID,
    `touched_at` DateTime64(3, 'UTC')
)
AS SELECT
    workspace_id,
    customer_id,
    max(now64(3, 'UTC')) AS touched_at
FROM orders
GROUP BY
    workspace_id,
    customer_id;

CREATE TABLE touched_days
(
    `workspace_id` UUID,
    `source` LowCardinality(String),
    `day` Date,
    `touched_at` SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (workspace_id, source, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE MATERIALIZED VIEW touched_days_from_conversations_log TO touched_days
(
    `workspace_id` UUID,
    `source` String,
    `day` Date,
    `touched_at` DateTime64(3, 'UTC')
)
AS SELECT
    workspace_id,
    'conversations_log' AS source,
    toDate(occurred_at, 'UTC') AS day,
    max(now64(3, 'UTC')) AS touched_at
FROM conversations_log
GROUP BY
    workspace_id,
    day;

CREATE MATERIALIZED VIEW touched_days_from_scores TO touched_days
(
    `workspace_id` UUID,
    `source` String,
    `day` Date,
    `touched_at` DateTime64(3, 'UTC')
)
AS SELECT
    workspace_id,
    'scores' AS source,
    toDate(occurred_at, 'UTC') AS day,
    max(now64(3, 'UTC')) AS touched_at
FROM scores
GROUP BY
    workspace_id,
    day;

CREATE MATERIALIZED VIEW touched_days_from_survey_steps TO touched_days
(
    `workspace_id` UUID,
    `source` String,
    `day` Date,
    `touched_at` DateTime64(3, 'UTC')
)
AS SELECT
    workspace_id,
    'survey_steps' AS source,
    toDate(occurred_at, 'UTC') AS day,
    max(now64(3, 'UTC')) AS touched_at
FROM survey_steps
GROUP BY
    workspace_id,
    day;

CREATE TABLE waits
(
    `workspace_id` UUID,
    `day` DateTime('UTC'),
    `settling` DateTime64(3, 'UTC'),
    `opened_at` DateTime64(3, 'UTC') CODEC(Delta(8), LZ4),
    `wait` Nullable(Float64),
    `touchpoint` LowCardinality(String),
    `channel` LowCardinality(String),
    `topic` LowCardinality(String),
    `open_wait` Nullable(Float64)
)
ENGINE = MergeTree
ORDER BY (workspace_id, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;

CREATE TABLE withdrawn_responses
(
    `workspace_id` UUID,
    `survey_id` UUID,
    `stretch` Int64,
    `response_id` UUID,
    `customer_id` UUID,
    `by_stretch` Int64
)
ENGINE = MergeTree
ORDER BY (workspace_id, survey_id, stretch, response_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 1, index_granularity = 8192;
