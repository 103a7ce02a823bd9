"""Leads (线索): reporting, first-report protection, the way to signing."""
