"""One file a version, never edited after its release."""
