"""Every ready survey, in the order of the customer's journey."""

from hamdel.listen.library.ready import Ready
from hamdel.listen.library.shelf import buying, serving, staying

SURVEYS: tuple[Ready, ...] = (*buying.SURVEYS, *serving.SURVEYS, *staying.SURVEYS)
BY_KEY = {ready.key: ready for ready in SURVEYS}
