import django.db.models.deletion
from django.db import migrations, models

import hamdel.ground.ids
from hamdel.ground.workspaces.rls import IsolateRows


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
        ('sources', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='access.member'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='moved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='share',
            field=models.FloatField(default=0),
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=hamdel.ground.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('content', models.BinaryField()),
                ('mapping', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='access.member')),
                ('run', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='upload', to='sources.importrun')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(fields=['at'], name='uploads_by_age'),
        ),
        IsolateRows('sources_upload'),
    ]
