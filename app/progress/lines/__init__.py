"""Deals as the progress pages read them: what each brings, why not, how late it is."""
