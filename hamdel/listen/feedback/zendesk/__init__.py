"""Zendesk as a source of feedback."""

from hamdel.listen.feedback.connectors import register
from hamdel.listen.feedback.zendesk.connector import Zendesk

register(Zendesk())
