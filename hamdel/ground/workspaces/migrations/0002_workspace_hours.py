from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="workspace", name="hours", field=models.JSONField(blank=True, default=dict)
        ),
    ]
