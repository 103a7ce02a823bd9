"""The tree of units, the tracks they are ranked in, and the roster of people."""
