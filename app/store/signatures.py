"""Signatures: Ed25519 (RFC 8032) over UTF-8 text, keys and signatures as hex. The one module that imports cryptography.

Randomness comes from the caller; a compose root picks it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED = 32  # bytes of randomness in a key


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair. `id` is derived from the public half, so that no two keys share one."""

    id: str
    private: str
    public: str


def new_key(entropy: bytes) -> Key:
    """The key pair of 32 random bytes. Raises ValueError when there are more or fewer."""
    if len(entropy) != SEED:
        raise ValueError(f"a key takes {SEED} random bytes, not {len(entropy)}")
    public = Ed25519PrivateKey.from_private_bytes(entropy).public_key().public_bytes_raw()
    return Key(hashlib.sha256(public).hexdigest()[:16], entropy.hex(), public.hex())


def sign(private_hex: str, body: str) -> str:
    """The signature (hex) of a text."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_hex)).sign(body.encode()).hex()


def holds(public_hex: str, body: str, signature: str) -> bool:
    """Whether the signature is that key's of exactly this text; False also when either is no hex or of a wrong size."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex))
        key.verify(bytes.fromhex(signature), body.encode())
    except (ValueError, InvalidSignature):
        return False
    return True
