"""Targets, progress and the ledger as programs read them."""
