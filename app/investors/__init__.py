"""Investors (客商): companies, persons and governments, their contacts, and what may be a duplicate."""
