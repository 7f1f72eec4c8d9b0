"""Signatures and seals. The one module that imports cryptography.

Signatures: Ed25519 (RFC 8032) over UTF-8 text, keys and signatures as hex. Seals: for the holder of a private key only,
an ephemeral X25519 key (RFC 7748), HKDF-SHA256 (RFC 5869) and ChaCha20-Poly1305 (RFC 8439).
Randomness comes from the caller; a compose root picks it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEED = 32  # bytes of randomness in a key
_SEAL = b"trunkline seal 1\n"  # what a sealed blob begins with; the number is the format's
_ID, _POINT = 8, 32  # bytes: the id of the key it is sealed for, the ephemeral public half
_HEAD = len(_SEAL) + _ID + _POINT
_NONCE = bytes(12)  # a key of this kind is used once


class SealBroken(ValueError):
    """What was sealed cannot be opened: another key, a changed byte, or no seal at all."""


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


# -- seals ------------------------------------------------------------------------------------------------------------


def new_seal_key(entropy: bytes) -> Key:
    """The key pair (X25519, hex) that things are sealed for, of 32 random bytes. Raises ValueError."""
    if len(entropy) != SEED:
        raise ValueError(f"a key takes {SEED} random bytes, not {len(entropy)}")
    public = X25519PrivateKey.from_private_bytes(entropy).public_key().public_bytes_raw()
    return Key(_seal_id(public).hex(), entropy.hex(), public.hex())


def seal(public: bytes, data: bytes, entropy: bytes) -> bytes:
    """The data, for the holder of the private half only. `entropy`: 32 fresh random bytes, never used before.

    Raises ValueError when the public half is none.
    """
    if len(entropy) != SEED:
        raise ValueError(f"a seal takes {SEED} random bytes, not {len(entropy)}")
    once = X25519PrivateKey.from_private_bytes(entropy)
    point = once.public_key().public_bytes_raw()
    secret = once.exchange(X25519PublicKey.from_public_bytes(public))
    head = _SEAL + _seal_id(public) + point
    return head + ChaCha20Poly1305(_once_key(secret, point, public)).encrypt(_NONCE, data, head)


def sealed_for(blob: bytes) -> str:
    """The id of the key that the blob is sealed for. Raises SealBroken when it is no seal of this format."""
    if len(blob) < _HEAD or not blob.startswith(_SEAL):
        raise SealBroken("this is no sealed file of Trunkline")
    return blob[len(_SEAL) : len(_SEAL) + _ID].hex()


def open_sealed(private: bytes, blob: bytes) -> bytes:
    """What was sealed. Raises SealBroken."""
    known = sealed_for(blob)
    key = X25519PrivateKey.from_private_bytes(private)
    public = key.public_key().public_bytes_raw()
    if known != _seal_id(public).hex():
        raise SealBroken("it is sealed for another key")
    head, point = blob[:_HEAD], blob[_HEAD - _POINT : _HEAD]
    try:
        secret = key.exchange(X25519PublicKey.from_public_bytes(point))
        return ChaCha20Poly1305(_once_key(secret, point, public)).decrypt(_NONCE, blob[_HEAD:], head)
    except (ValueError, InvalidTag):
        raise SealBroken("it is damaged, or was changed after it had been sealed") from None


def _seal_id(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:_ID]


def _once_key(secret: bytes, point: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=point + public, info=_SEAL).derive(secret)
