"""The protocol's version and the caps both ends know."""

PROTOCOL = 2
LEAST_PULL = 1  # older apps are asked to update before they pull; push is accepted from every version (law 9)

MAX_PUSH_OPS = 200
MAX_PUSH_BYTES = 256 * 1024
MAX_RESCUE_OPS = 20_000  # of one device
MAX_RESCUE_BYTES = 64 * 1024 * 1024
MAX_PAGE_ROWS = 2_000
MAX_BACKFILL_ROWS = 10_000  # of one bucket: also the most that an interrupted first sync fetches twice
MAX_PAGE_BYTES = 32 * 1024 * 1024  # decompressed
