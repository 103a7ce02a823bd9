"""Investors as partners' programs read them, without contacts."""
