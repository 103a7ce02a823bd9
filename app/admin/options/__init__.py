"""The county's settings: what holds today, what holds from a later day on, and who decided it."""
