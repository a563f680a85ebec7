import django.contrib.postgres.indexes
from django.db import migrations, models

# What is there already changed last when it was finished, or when it began: whoever goes on from there is seen.
SO_FAR = """
SELECT set_config('app.workspace', 'every', true);
UPDATE surveys_response SET changed_at = greatest(started_at, completed_at)
FROM surveys_survey WHERE surveys_survey.id = surveys_response.survey_id
    AND NOT coalesce((surveys_survey.settings ->> 'anonymous')::boolean, false);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0008_late_arrivals'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='response',
            name='responses_by_end',
        ),
        migrations.AddField(
            model_name='response',
            name='changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(SO_FAR, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='response',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['changed_at'], name='responses_by_change', pages_per_range=16),
        ),
    ]
