"""The first minute of a database: its county, the root of its units and the first administrator."""
