"""Mailbox as a source of feedback."""

from hamdel.listen.feedback.connectors import register
from hamdel.listen.feedback.mailbox.connector import Mailbox

register(Mailbox())
