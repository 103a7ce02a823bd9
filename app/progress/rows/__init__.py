"""The rows behind every figure: ledger entries, deals and leads that sum to it to the fen."""
