"""How a target is divided: by parts, by months; and what bulletins published."""
