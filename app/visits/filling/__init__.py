"""What the form of a visit begins with and offers to choose from."""
