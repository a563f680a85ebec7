"""Files of a workspace: what they are called, what they are, and their bytes."""

from __future__ import annotations

import secrets

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hamdel.ground.access.models import Member
from hamdel.ground.access.permissions import Permission
from hamdel.ground.workspaces.models import WorkspaceRow


def new_public_id() -> str:
    """Return the id in a file's address: 128 bits, so that knowing it is the right to see a public file."""
    return secrets.token_urlsafe(16)


class Purpose(models.TextChoices):
    """What a file is for. It decides who may see it, which kinds it may be of, and how large it may be."""

    LOGO = "logo", _("Logo")
    IMAGE = "image", _("Image of a question")
    UPLOAD = "upload", _("Uploaded by a respondent")
    ATTACHMENT = "attachment", _("Attached to feedback")

    @property
    def is_public(self) -> bool:
        return self in {Purpose.LOGO, Purpose.IMAGE}

    @property
    def permission(self) -> Permission:
        """Return what a member needs to see such a file when it is not public."""
        return Permission.SEE_CUSTOMERS if self == Purpose.ATTACHMENT else Permission.SEE_SURVEYS


class File(WorkspaceRow):
    """One file. It never changes: another content is another file."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=100)
    bytes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    # In pixels; only of images.
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    kept_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="file_purpose_is_known"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Return where the file is served: the path, without the host."""
        return reverse("files:file", args=[self.public_id])

    @property
    def is_public(self) -> bool:
        return Purpose(self.purpose).is_public


class Content(WorkspaceRow):
    """The bytes of a file, beside it, so that a list of files does not read them."""

    file = models.OneToOneField(File, on_delete=models.CASCADE, related_name="content")
    content = models.BinaryField()
