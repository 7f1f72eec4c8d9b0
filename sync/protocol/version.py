"""The protocol's version and the caps both ends know."""

PROTOCOL = 1

MAX_PUSH_OPS = 200
MAX_PUSH_BYTES = 256 * 1024
MAX_PAGE_ROWS = 2_000
MAX_PAGE_BYTES = 32 * 1024 * 1024  # decompressed
