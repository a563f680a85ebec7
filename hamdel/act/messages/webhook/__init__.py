"""Makes webhooks known."""

from hamdel.act.contacts.registers import register_address
from hamdel.act.messages.connectors import register
from hamdel.act.messages.webhook.connector import Webhook

register(Webhook())
register_address("webhook", Webhook().addresses)
