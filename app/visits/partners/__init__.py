"""Visits as programs send and read them."""
