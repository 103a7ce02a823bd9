"""What happened, for programs that follow it by position."""
