"""Deals as partners' programs read them."""
