import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hamdel.ground.ids
from hamdel.ground.workspaces.rls import IsolateRows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=hamdel.ground.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('customer_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('asked_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('events', models.PositiveIntegerField(default=0)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='access.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
        ),
        migrations.AddIndex(
            model_name='erasure',
            index=models.Index(fields=['workspace', '-asked_at'], name='erasures_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.CheckConstraint(condition=models.Q(('shredded_at', None), ('gone_at__isnull', False), _connector='OR'), name='erasure_shredded_after_gone'),
        ),
        IsolateRows('forgetting_erasure'),
    ]
