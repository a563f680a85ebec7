"""Intercom as a source of feedback."""

from hamdel.listen.feedback.connectors import register
from hamdel.listen.feedback.intercom.connector import Intercom

register(Intercom())
