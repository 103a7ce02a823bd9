"""Passwords set for others, and the slips (账号条) they are handed on."""
