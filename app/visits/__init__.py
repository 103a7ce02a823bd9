"""Visits (拜访): visits, trips, receptions."""
