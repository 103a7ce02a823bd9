"""Leads as partners' programs send and read them."""
