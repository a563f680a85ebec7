from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_quarantinedevent'),
    ]

    operations = [
        migrations.AddField(
            model_name='quarantinedevent',
            name='import_run',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='quarantinedevent',
            name='line',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='quarantinedevent',
            index=models.Index(condition=models.Q(('import_run__isnull', False)), fields=['import_run', 'line'], name='quarantine_of_an_import'),
        ),
    ]
