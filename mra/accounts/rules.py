"""What an account must be: passwords, how long a sign-in lasts, and the form of private links."""

import hashlib
import hmac
from datetime import timedelta

from mra.core.access import Role

SESSION_LASTS = timedelta(hours=12)
PASSWORD_MIN_LENGTH = 10
PASSWORD_MAX_LENGTH = 200

# No 0/O, 1/l/I: a link may have to be typed from a printed receipt. 12 of 56 signs are 69 bits.
LINK_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
LINK_LENGTH = 12
# Where the page of a link's subject is; the token follows.
LINK_PATHS = {
    "application": "/a/",
    "call": "/calls/",
    "pledge": "/pledges/",
    "member_invitation": "/member/invitations/",
    "donation": "/donations/",
    "driver": "/drivers/",
    "transport": "/transport/",
    "recall": "/recalls/",
}

# Where a person arrives after signing in.
HOMES = {Role.MEMBER: "/member"}
USUAL_HOME = "/desk"

REFUSALS = {
    "email_taken": "このメールアドレスはすでに登録されています。",
    "weak_password": "パスワードは10文字以上にしてください。",
    "last_admin": "管理者が一人もいなくなるため、変更できません。",
}

CONSTRAINTS = {"uq_staff_email": "email_taken"}


def link_token(secret: str, nonce: bytes) -> str:
    """The private part of a link, made anew from the secret and the stored nonce; only its hash is stored."""
    number = int.from_bytes(hmac.new(secret.encode(), b"link\0" + nonce, hashlib.sha256).digest(), "big")
    signs = []
    for _ in range(LINK_LENGTH):
        number, rest = divmod(number, len(LINK_ALPHABET))
        signs.append(LINK_ALPHABET[rest])
    return "".join(signs)


def token_hash(token: str) -> bytes:
    """What is stored of a token; tokens are random enough that a plain hash suffices."""
    return hashlib.sha256(token.encode()).digest()
