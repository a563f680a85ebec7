-- The traits many of the customers have, the most common first, and what their values look like.
SELECT
    trait,
    count()                                                                                  AS n,
    countIf(match(value, '^-?[0-9۰-۹٠-٩]{1,15}(\\.[0-9۰-۹٠-٩]{1,9})?$'))                                 AS numbers,
    countIf(match(value, '^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}([T ].*)?$'))                 AS moments,
    countIf(value IN ('true', 'false'))                                                      AS truths
FROM
(
    SELECT entry.1 AS trait, entry.2 AS value
    FROM
    (
        SELECT traits
        FROM customers
        WHERE workspace_id = {workspace_id:UUID}
        LIMIT 50000
    )
    ARRAY JOIN CAST(traits, 'Array(Tuple(String, String))') AS entry
    WHERE value != ''
)
GROUP BY trait
ORDER BY n DESC, trait
LIMIT 100
