"""Makes answers by telephone keys known."""

from hamdel.act.messages.connectors import register
from hamdel.act.messages.ivr.connector import Ivr

register(Ivr())
