"""Two units that report the same visit: joined and taken apart again."""
