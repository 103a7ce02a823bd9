"""Users, their roles in units, passwords set for them, and the slips they are handed."""
