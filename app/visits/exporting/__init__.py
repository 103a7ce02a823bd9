"""The list of visits as a sheet."""
