"""One-time codes (TOTP): switched on by whoever wants them, asked at sign-in."""
