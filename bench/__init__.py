"""Measurements: a county as large as asked for, and what pages cost beside their own bare statements.

Never part of the tests. `python -m bench --help` lists the commands; docs/performance.md holds what they showed.
"""
