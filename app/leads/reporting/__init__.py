"""Reporting leads: one or many at once, by the same rules."""
