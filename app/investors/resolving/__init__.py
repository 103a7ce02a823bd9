"""Which investor is meant by a name or an id."""
