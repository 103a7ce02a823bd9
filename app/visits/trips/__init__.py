"""Trips: journeys that bind several visits."""
