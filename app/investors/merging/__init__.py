"""Two records of one investor: one stands behind the other, both keep their history, and it can be undone."""
