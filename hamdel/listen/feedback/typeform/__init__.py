"""Typeform as a source of feedback."""

from hamdel.listen.feedback.connectors import register
from hamdel.listen.feedback.typeform.connector import Typeform

register(Typeform())
