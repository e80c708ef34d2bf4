"""Fields that are encrypted at rest: AES-GCM with a key id, so that keys can be changed over time.

A driver licence number alone is personal information (個人情報保護法 2条2項, 個人識別符号); it is stored sealed, and
only its last four digits are shown.
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

NONCE_BYTES = 12


def parse_keys(text: str) -> dict[str, bytes]:
    """Keys from the setting `id:base64,id:base64`; the first is used for new values. Raises ValueError."""
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        key = base64.b64decode(encoded, validate=True)
        if not key_id or len(key) != 32:
            raise ValueError("a field key is written id:base64 of 32 bytes")
        keys[key_id] = key
    return keys


def _keys() -> dict[str, bytes]:
    keys: dict[str, bytes] = current_app.extensions["mra"].field_keys
    return keys


def seal(text: str) -> bytes:
    """Encrypt a text with the newest key; the key's id stands before the nonce."""
    key_id, key = next(iter(_keys().items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    head = key_id.encode()
    return head + b":" + nonce + AESGCM(key).encrypt(nonce, text.encode(), head)


def unseal(sealed: bytes) -> str:
    """Decrypt what `seal` made. Raises KeyError for an unknown key, InvalidTag for damaged bytes."""
    head, _, rest = sealed.partition(b":")
    plain = AESGCM(_keys()[head.decode()]).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head)
    return plain.decode()


def fingerprint(text: str, purpose: str) -> bytes:
    """A keyed hash by which equal values are found without being read."""
    key = next(iter(reversed(_keys().values())))
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()
