"""Service accounts and API keys: programs that act under the same rules as people."""
