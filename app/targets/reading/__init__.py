"""What the ledger says: sums as of a day and as known at an instant, done by the database."""
