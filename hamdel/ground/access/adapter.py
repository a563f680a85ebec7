"""How allauth behaves here: nobody signs up by themselves, a member is added by an admin."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class MemberAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def format_email_subject(self, subject: str) -> str:
        """Put no address of a server before the subject: the mail says itself that it is Hamdel's."""
        return subject
