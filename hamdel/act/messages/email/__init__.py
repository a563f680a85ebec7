"""Makes e-mail known."""

from hamdel.act.messages.connectors import register
from hamdel.act.messages.email.connector import Email

register(Email())
