import django.db.models.deletion
from django.db import migrations, models

import hamdel.ground.ids
import hamdel.ground.secrets.sealed
from hamdel.ground.workspaces.rls import IsolateRows


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
        ('workspaces', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptReply',
            fields=[
                ('id', models.UUIDField(default=hamdel.ground.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('reply', hamdel.ground.secrets.sealed.Sealed(blank=True, default='', editable=False)),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='access.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
        ),
        migrations.AddConstraint(
            model_name='keptreply',
            constraint=models.UniqueConstraint(fields=('member', 'key'), name='one_reply_per_idempotency_key'),
        ),
        migrations.AddIndex(
            model_name='keptreply',
            index=models.Index(fields=['at'], name='kept_replies_by_age'),
        ),
        IsolateRows('api_keptreply'),
    ]
