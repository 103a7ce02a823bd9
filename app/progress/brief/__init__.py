"""简报: one page to print and the text for the group."""
