"""Makes the generic HTTP gateway known; see README.md for what it speaks."""

from hamdel.act.messages.connectors import register
from hamdel.act.messages.http_sms.connector import HttpSms

register(HttpSms())
