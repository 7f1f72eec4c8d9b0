"""A PDF in a letter: a file that any mail program opens as a message to be finished and sent, with nothing sent from
here and no network needed.

The file is a message of RFC 5322; `X-Unsent: 1` asks the program to open it for writing, not for reading.
"""

from __future__ import annotations

import hashlib
from email import policy
from email.message import EmailMessage

_MAIL = policy.SMTP


def letter(*, to: str, subject: str, body: str, name: str, pdf: bytes) -> bytes:
    """The message with `pdf` attached as the file `name`; `to` is '' where no address is known. The same parts give the
    same bytes: the boundary is taken from what is attached, and no date is told before it is sent."""
    message = EmailMessage(policy=_MAIL)
    message["X-Unsent"] = "1"
    if to:
        message["To"] = to
    message["Subject"] = subject
    message.set_content(body)
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    message.set_boundary(f"trunkline-{hashlib.sha256(pdf).hexdigest()[:32]}")
    return message.as_bytes()
