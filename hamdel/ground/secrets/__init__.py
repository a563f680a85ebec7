"""Secrets at rest: sealed with AES-GCM under a key that is not in the database.

class ChannelAccount(WorkspaceRow):
secrets = SealedField()                     # a mapping of texts

account.secrets = {"api_key": "…"}              # sealed when saved
account.secrets["api_key"]                      # opened when asked for; printing the mapping shows no value
"""

from hamdel.ground.secrets.hiding import hide, hide_in_logs
from hamdel.ground.secrets.sealed import Sealed
from hamdel.ground.secrets.sealing import CannotUnseal, seal, unseal

__all__ = ["CannotUnseal", "Sealed", "hide", "hide_in_logs", "seal", "unseal"]
