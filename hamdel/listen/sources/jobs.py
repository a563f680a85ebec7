"""Work in the background: import files that were given on the page, and forget those nobody went on with."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import close_old_connections
from django.utils.timezone import now
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.sources.models import Upload

KEPT = timedelta(days=7)


def wake(upload: Upload) -> None:
    """Have this upload imported once the transaction has committed."""
    with suppress(AlreadyEnqueued):
        import_upload.configure(
            queueing_lock=f"import:{upload.id}", lock=f"import:{upload.workspace_id}"
        ).defer(workspace_id=str(upload.workspace_id), upload_id=str(upload.id))


@app.task(name="sources.import", queue="imports", retry=RetryStrategy(max_attempts=10, linear_wait=30))
def import_upload(workspace_id: str, upload_id: str) -> None:
    """Import one file; killed in between, the job comes back and goes on behind the last checkpoint."""
    from hamdel.listen.sources.uploading import bring_in

    close_old_connections()
    with inside(UUID(workspace_id)):
        upload = (
            Upload.objects.select_related("run__source__workspace", "workspace").filter(id=upload_id).first()
        )
    if upload is not None:
        bring_in(upload)


@app.periodic(cron="23 3 * * *")
@app.task(name="sources.forget_uploads", queueing_lock="sources.forget_uploads")
def forget_uploads(timestamp: int) -> None:  # noqa: ARG001  # what every periodic job is given
    """Delete files that were given and never imported."""
    close_old_connections()
    with across_workspaces():
        Upload.objects.filter(run=None, at__lt=now() - KEPT).delete()
