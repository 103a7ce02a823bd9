"""What the Makefile calls: checks, the test runner and the first start."""
