"""What both sides know of a sealed outbox (SYNC.md law 14): the policy with the key, and the number of the format."""

from __future__ import annotations

SEAL_KEY = "seal_key"  # the policy row with the public half, {"id": hex, "public": hex}
FORMAT = 1
