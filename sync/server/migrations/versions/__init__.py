"""One version a file, oldest first."""
