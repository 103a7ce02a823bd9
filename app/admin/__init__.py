"""What an administrator decides for the county: its dated settings, and the industry chains of its forms."""
