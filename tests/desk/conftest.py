"""The desk begins with the same office as investors."""

from tests.investors.conftest import Office, office

__all__ = ["Office", "office"]
