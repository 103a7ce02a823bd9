"""The roles that accounts hold in units."""
