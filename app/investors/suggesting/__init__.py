"""What forms ask while an investor is typed: who it may be already, and where its home may lie."""
