"""Freezes (封账): one person proposes, another confirms."""
