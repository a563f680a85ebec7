"""Links handed over before invitations had states: they were delivered when they were made."""

from django.db import migrations

# The owner of the tables is bound by row level security like everybody else.
FILL = """
SELECT set_config('app.workspace', 'every', true);
UPDATE invitations_invitation i SET
    due_at = i.created_at, queued_at = i.created_at, sent_at = i.created_at, delivered_at = i.created_at,
    opened_at = r.started_at, started_at = r.started_at, completed_at = r.completed_at,
    state = CASE WHEN r.completed_at IS NOT NULL THEN 'completed' WHEN r.started_at IS NOT NULL THEN 'started'
        ELSE 'delivered' END
FROM invitations_invitation same LEFT JOIN surveys_response r ON r.invitation_id = same.id
WHERE same.id = i.id AND i.sent_at IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('invitations', '0002_plans'),
        ('surveys', '0001_initial'),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
