"""Units, tracks, people, users, memberships, sign-in, service accounts and API keys."""
