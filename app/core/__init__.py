"""The floor every feature stands on: no feature, no HTTP, no SQL in the pure modules."""
