"""HTTP without features: context, forms, templating, sessions, errors, headers."""
