"""Makes SMS.ir known; see README.md for what it speaks."""

from hamdel.act.messages.connectors import register
from hamdel.act.messages.smsir.connector import SmsIr

register(SmsIr())
