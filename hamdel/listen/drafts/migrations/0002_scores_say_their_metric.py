"""As in drafts and versions: what is undone says what its scores count towards as well."""

from importlib import import_module

from django.db import migrations

NAME = import_module('hamdel.listen.surveys.migrations.0010_scores_say_their_metric').NAME
FILL = f"""
SELECT set_config('app.workspace', 'every', true);
{NAME}
UPDATE drafts_draftstep d SET definition = pg_temp.with_metrics(d.definition, s.metric)
FROM surveys_survey s WHERE s.id = d.survey_id AND jsonb_typeof(d.definition -> 'pages') = 'array';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('drafts', '0001_initial'),
        ('surveys', '0010_scores_say_their_metric'),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
