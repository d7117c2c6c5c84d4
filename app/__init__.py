"""Warmline writes empathic replies for peer-support apps and measures their style."""

__version__ = "0.1.0"
