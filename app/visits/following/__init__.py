"""What visits left to be done: promised follow-ups, and matters for a leader."""
