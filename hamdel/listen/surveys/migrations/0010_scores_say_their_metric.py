"""Each score says what it counts towards, in drafts and versions, so that another metric of the survey changes no answer."""

from django.db import migrations

NAME = """
CREATE OR REPLACE FUNCTION pg_temp.with_metrics(form jsonb, metric text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
SELECT jsonb_set(form, '{pages}', (
    SELECT coalesce(jsonb_agg(
        CASE WHEN jsonb_typeof(page -> 'questions') = 'array' THEN jsonb_set(page, '{questions}', (
            SELECT coalesce(jsonb_agg(
                CASE WHEN question ->> 'kind' = 'score' AND coalesce(question ->> 'metric', '') = ''
                    THEN question || jsonb_build_object('metric', coalesce(nullif(metric, ''), 'nps'))
                    ELSE question END
                ORDER BY place), '[]')
            FROM jsonb_array_elements(page -> 'questions') WITH ORDINALITY AS q(question, place)))
        ELSE page END
        ORDER BY number), '[]')
    FROM jsonb_array_elements(form -> 'pages') WITH ORDINALITY AS p(page, number)))
$$;
"""
# The owner of the tables is bound by row level security like everybody else.
FILL = f"""
SELECT set_config('app.workspace', 'every', true);
{NAME}
UPDATE surveys_survey SET draft = pg_temp.with_metrics(draft, metric) WHERE jsonb_typeof(draft -> 'pages') = 'array';
UPDATE surveys_surveyversion v SET definition = pg_temp.with_metrics(v.definition, s.metric)
FROM surveys_survey s WHERE s.id = v.survey_id AND jsonb_typeof(v.definition -> 'pages') = 'array';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0009_responses_by_change'),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
