import django.db.models.deletion
from django.db import migrations, models

import hamdel.ground.ids
from hamdel.ground.workspaces.rls import IsolateRows


class Migration(migrations.Migration):
    dependencies = [("surveys", "0004_used_links_without_a_day"), ("workspaces", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SurveyPath",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hamdel.ground.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("path", models.CharField(max_length=40, unique=True)),
                ("chosen_at", models.DateTimeField()),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="paths", to="surveys.survey"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("path__regex", "^[a-z0-9]+(-[a-z0-9]+)*$")),
                        name="survey_path_can_be_typed",
                    )
                ],
            },
        ),
        IsolateRows("surveys_surveypath"),
    ]
