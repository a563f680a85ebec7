"""Formbricks as a source of feedback."""

from hamdel.listen.feedback.connectors import register
from hamdel.listen.feedback.formbricks.connector import Formbricks

register(Formbricks())
