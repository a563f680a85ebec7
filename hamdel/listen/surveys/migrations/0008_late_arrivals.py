import django.db.models.deletion
from django.db import migrations, models

import hamdel.ground.ids
from hamdel.ground.workspaces.rls import IsolateRows


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0007_responses_by_end"),
        ("workspaces", "0002_workspace_hours"),
    ]

    operations = [
        migrations.CreateModel(
            name="LateArrival",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hamdel.ground.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="late_arrival",
                        to="surveys.response",
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
            },
        ),
        IsolateRows("surveys_latearrival"),
    ]
