"""Chatwoot as a source of feedback."""

from hamdel.listen.feedback.chatwoot.connector import Chatwoot
from hamdel.listen.feedback.connectors import register

register(Chatwoot())
