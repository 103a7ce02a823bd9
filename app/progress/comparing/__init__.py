"""Two cut-offs side by side: what was reported then, what stands now, and which entries lie between."""
