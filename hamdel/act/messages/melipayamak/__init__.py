"""Makes Melipayamak known; see README.md for what it speaks."""

from hamdel.act.messages.connectors import register
from hamdel.act.messages.melipayamak.connector import Melipayamak

register(Melipayamak())
