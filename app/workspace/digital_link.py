"""GS1 Digital Link web addresses as pairs of application identifier and value (GS1 Digital Link Standard: URI Syntax).

Only the address is read; nobody is asked. Read are the numeric identifiers, the last key in the path with its
qualifiers in their order, data attributes of the query, percent encoding, and a GTIN without its leading zeros, as
earlier editions had them. Not read are the names of keys (`/gtin/…`), which the standard has withdrawn, and compressed
addresses. Whether an identifier exists and a value fits is for the caller to say.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus, urlsplit

from app.domain.scan import Elements, ScanRefused, refused

# Keys, and what may qualify them in the path: one of the lines, each identifier of it at most once and in this order.
KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": (), "01": (("22", "10", "21"), ("235",)), "253": (), "255": (), "401": (), "402": (),
    "414": (("254",), ("7040",)), "415": (("8020",),), "417": (("7040",),), "8003": (), "8004": (("7040",),),
    "8006": (("22", "10", "21"),), "8010": (("8011",),), "8013": (), "8017": (("8019",),), "8018": (("8019",),),
}  # fmt: skip
# Identifiers that no query may hold (the GS1 syntax dictionary marks the others with `?`).
NO_ATTRIBUTES = (
    "03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019", "8020", "8040", "8041", "8042", "8043",
    "8200",
)  # fmt: skip
# A host of letters, digits, dots and hyphens, or an IPv6 address; then the characters of RFC 3986.
ADDRESS = re.compile(
    r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?/[!#$%&'()*+,./0-9:;=?@A-Z_~\[\]-]*",
    re.IGNORECASE,
)


def is_link(text: str) -> bool:
    """Whether this is a web address at all."""
    return re.match(r"https?:", text, re.IGNORECASE) is not None


def link_pairs(text: str) -> Elements | ScanRefused:
    """The elements of a Digital Link in the order of the address, or `link_wrong` with one word for `why`: address,
    key, qualifier, attribute or value."""
    if not ADDRESS.fullmatch(text):
        return _wrong("address", text)
    parts = urlsplit(text)
    steps = parts.path.split("/")
    # Pairs are counted from the end; the last one that is a key is the key.
    start = next((at for at in range(len(steps) - 2, 0, -2) if steps[at] in KEYS), None)
    if start is None:
        return _wrong("key", text)
    path = [(steps[at], unquote(steps[at + 1])) for at in range(start, len(steps), 2)]
    key, qualifiers = path[0][0], [ai for ai, _ in path[1:]]
    if qualifiers and not any(_in_order(qualifiers, line) for line in KEYS[key]):
        return _wrong("qualifier", text)
    query = [part.partition("=") for part in re.split("[&;]", parts.query)]
    attributes = [(name, unquote_plus(value)) for name, equals, value in query if equals and name.isdigit()]
    for name, _ in attributes:
        # What can stand in the path has to stand there, and the key only there.
        if name in (*NO_ATTRIBUTES, key) or any({*qualifiers, name} <= {*line} for line in KEYS[key]):
            return _wrong("attribute", text)
    pairs = tuple((ai, _with_zeros(ai, value)) for ai, value in (*path, *attributes))
    if any(re.search(r"[^\x21-\x7e]", value) for _, value in pairs):
        return _wrong("value", text)
    return pairs


def _in_order(asked: list[str], line: tuple[str, ...]) -> bool:
    left = iter(line)
    return all(ai in left for ai in asked)


def _with_zeros(ai: str, value: str) -> str:
    return value.zfill(14) if ai in ("01", "02") and len(value) in (8, 12, 13) else value


def _wrong(why: str, text: str) -> ScanRefused:
    return refused("link_wrong", why=why, start=text[:40])
