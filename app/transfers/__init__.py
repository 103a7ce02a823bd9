"""Ledgers in and out: files that people bring are checked whole and written whole, lists leave in the same words."""
