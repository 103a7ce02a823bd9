"""The list of investors as a file; contacts never leave with it."""
