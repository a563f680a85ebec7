"""What every page is made of: shell, tokens, components, charts, filters. It imports no slice."""

from hamdel.ui.pages import show

__all__ = ["show"]
