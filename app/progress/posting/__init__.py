"""Re-posting: what was verified before there was a target, and the check of the whole ledger."""
