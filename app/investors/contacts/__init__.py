"""Contacts at an investor: seen by the unit that added them, their numbers masked until a reason is given."""
