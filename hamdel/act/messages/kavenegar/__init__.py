"""Kavenegar: `register` makes it known; see README.md for its API."""

from hamdel.act.messages.connectors import register
from hamdel.act.messages.kavenegar.connector import Kavenegar

register(Kavenegar())
