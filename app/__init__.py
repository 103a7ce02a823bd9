"""Luodi (落地): an investment-attraction CRM. Each package is a room of the house; see docs/architecture.md."""

__version__ = "0.1.0"
