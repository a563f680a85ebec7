"""Makes Telegram and Bale known: one client, another address."""

from hamdel.act.contacts.registers import register_address
from hamdel.act.messages.connectors import register
from hamdel.act.messages.telegram.connector import Bale, Telegram

for bot in (Telegram(), Bale()):
    register(bot)
    register_address(bot.channel, bot.addresses)
