"""Signing in and out, sessions, one-time codes and the password of one's own account."""
