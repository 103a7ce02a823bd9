"""Counting rules (口径): what their versions say, and publishing a new one."""
