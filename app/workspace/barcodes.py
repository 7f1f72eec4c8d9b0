"""What a scanner sends, read through biip; nothing else imports biip.

In: the characters of one scan. Out: a Scan, or a ScanRefused that says why not (app.domain.scan).

What is read:
- GS1 element strings (GS1-128, DataMatrix, QR, DataBar, DotCode), with or without the symbology identifier, in any
  order, with FNC1 as <GS> (1D). Doubled, leading and trailing separators mean nothing and are passed over.
- The same typed off the label: (01)09506000134352(10)ABC. `\\(` is a bracket within a value.
- EAN-8, EAN-13, UPC-A, ITF-14: bare digits with a right check digit, and ]E0, ]E4, ]I1; with the composite component
  that a scanner sends behind it (`|]e0…` or `]e0…`).
- GS1 Digital Link web addresses (app.workspace.digital_link).
HIBCC (`+…`) and ICCBBA (`=…`, `&…`) are refused by name.

What biip leaves to its caller is done here: it takes any value as long as the pattern fits and only remarks on a wrong
check digit, reads the century of a date off the clock, and lets `\\d` stand for the digits of every script.

A lost separator. A value of variable length runs to the next separator, so without one it swallows what follows. The
reading by the standard always comes first. Where that is impossible, or names no product, the code is cut up at the
identifiers of a product label (LABEL) instead; the reading with the most elements that check themselves (a valid date,
a GTIN with its check digit) is taken when it is the only one, else the code is `ambiguous`. Where the standard reading
is possible the others go along with it as `Scan.others`, it is `doubtful` when such an element lies within one of its
values, and `app.domain.scan.match` settles it by the lots of the device.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from biip import ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.symbology import GS1Symbology

from app.domain.scan import Elements, Scan, ScanRefused, ambiguous, as_restored, refused
from app.workspace.digital_link import is_link, link_pairs

GS = "\x1d"
LONGEST = 4_096  # characters; a full DataMatrix has 3,116 digits

# Where the check digit ends, counted within the value (GS1 General Specifications, 7.9; the GS1 syntax dictionary).
CHECKED = {
    "00": 18, "01": 14, "02": 14, "03": 14, "253": 13, "255": 13, "402": 17, "410": 13, "411": 13, "412": 13,
    "413": 13, "414": 13, "415": 13, "416": 13, "417": 13, "8003": 14, "8006": 14, "8017": 18, "8018": 18, "8026": 14,
}  # fmt: skip
DATES = {"11", "12", "13", "15", "16", "17"}  # YYMMDD, day 00 = the last day of the month
WHOLE_DATES = {"4326", "7006"}  # YYMMDD, the day named

# What a product label may say behind a lost separator, and what of it proves itself.
LABEL = ("01", "10", "11", "13", "15", "16", "17", "21", "30", "37")
LONGEST_CUT = 120  # characters between two separators that are looked through for lost ones
MOST_CUTS = 50  # ways to cut one code up; with more of them, none is taken
MOST_CHOICES = 9  # readings that a person is asked about

# A symbology identifier is ] and these two (ISO/IEC 15424); the symbols that hold one number only, and its digits.
MARK = "[A-Za-z][0-9A-Za-z]"
NUMBERS = {GS1Symbology.EAN_13: 13, GS1Symbology.EAN_8: 8, GS1Symbology.ITF_14: 14}


def read_code(text: str, *, today: str) -> Scan | ScanRefused:
    """What the label says. `text` as the scanner sent it, `today` (ISO date) for the century of its dates."""
    raw = text.strip(" \r\n\t\0")
    if not raw.strip(GS):
        return refused("empty")
    if len(raw) > LONGEST:
        return refused("not_gs1", start=raw[:20])
    if odd := re.search(r"[^\x1d\x20-\x7e]", raw):
        return refused("character_wrong", character=f"U+{ord(odd[0]):04X}", place=odd.start() + 1)
    if not raw.startswith("]"):
        return _unmarked(raw, raw, today)
    mark, rest = raw[1:3], raw[3:]
    if not re.match(MARK, mark):
        return refused("not_gs1", start=raw[:20])
    if not rest.strip(GS):
        return refused("empty")
    symbol = _symbol(mark)
    if symbol in NUMBERS:
        return _number(rest, NUMBERS[symbol], raw, today)
    if symbol in GS1Symbology.with_gs1_messages() and not is_link(rest):
        return _element_string(rest, raw, today)
    return _unmarked(rest, raw, today)


def _symbol(mark: str) -> GS1Symbology | None:
    """The GS1 symbol of a mark; None for one that may hold anything."""
    try:
        return GS1Symbology(mark)
    except ValueError:
        return None


def gtin_of(digits: str) -> str | None:
    """The 14 digits of a GTIN-8, -12, -13 or -14; None when `digits` is no GTIN or its check digit is wrong."""
    if len(digits) in (8, 12, 13, 14) and re.fullmatch(r"[0-9]+", digits) and _checks(digits):
        return digits.zfill(14)
    return None


def _checks(digits: str) -> bool:
    return gs1_standard_check_digit(digits[:-1]) == int(digits[-1])


def _unmarked(text: str, raw: str, today: str) -> Scan | ScanRefused:
    """A scan without a mark of what it is, or with the mark of a symbol that may hold anything."""
    if text.startswith("+"):
        return refused("hibcc_not_supported", start=raw[:20])
    if text.startswith(("=", "&")):
        return refused("iccbba_not_supported", start=raw[:20])
    if is_link(text):
        pairs = link_pairs(text)
        return pairs if isinstance(pairs, ScanRefused) else _spelled(pairs, raw, today)
    if text.lstrip().startswith("("):
        return _spelled_out(text, raw, today)
    if gtin := gtin_of(text):
        return _scan((("01", gtin),), raw, today)
    read = _element_string(text, raw, today)
    if isinstance(read, ScanRefused):
        if re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", text):  # too short for a GTIN with its identifier
            return refused("check_digit_wrong", elements=read.elements, ai="01", value=text)
        if read.code == "ai_unknown" and not read.elements and not text.startswith(GS):
            return refused("not_gs1", start=raw[:20])
    return read


def _number(text: str, length: int, raw: str, today: str) -> Scan | ScanRefused:
    """EAN, UPC, ITF-14: so many digits, and behind them perhaps a composite component."""
    number, _, component = text.partition("]e0")
    number = number.removesuffix("|") if component else number
    if not re.fullmatch(r"[0-9]+", number):
        return refused("value_wrong", ai="01", value=number)
    if len(number) != length:
        return refused("truncated" if len(number) < length else "value_wrong", ai="01", value=number)
    if not _checks(number):
        return refused("check_digit_wrong", ai="01", value=number)
    return _element_string(f"01{number.zfill(14)}{component}", raw, today)


def _spelled_out(text: str, raw: str, today: str) -> Scan | ScanRefused:
    """(AI)value(AI)value; blanks around the brackets are the typist's."""
    pairs: list[tuple[str, str]] = []
    rest = text.strip()
    while rest:
        part = re.match(r"\(([0-9]{2,4})\)((?:[^(\\]|\\\(|\\)*)", rest)
        if part is None:
            return refused("ai_unknown", elements=tuple(pairs), start=rest[:20])
        pairs.append((part[1], part[2].replace("\\(", "(").strip(" ")))
        rest = rest[part.end() :]
    return _spelled(tuple(pairs), raw, today)


def _spelled(pairs: Elements, raw: str, today: str) -> Scan | ScanRefused:
    """Elements that came apart already: nothing to guess at."""
    for at, (ai, value) in enumerate(pairs):
        if wrong := _wrong(ai, value, pairs[:at]):
            return wrong
    return _scan(pairs, raw, today)


def _element_string(text: str, raw: str, today: str) -> Scan | ScanRefused:
    """AI and value, again and again: by the standard, and where that leads nowhere with a separator put back."""
    chunks = [one for one in text.split(GS) if one]
    plain = _by_standard(chunks)
    scan = plain if isinstance(plain, ScanRefused) else _scan(plain, raw, today)
    if isinstance(scan, ScanRefused) and scan.code not in ("separator_lost", "value_wrong", "no_gtin"):
        return scan
    readings = [one for one in _restored(chunks, raw, today) if one.elements != scan.elements]
    best = max((_proofs(one.elements) for one in readings), default=0)
    likeliest = tuple(one for one in readings if _proofs(one.elements) == best)
    if isinstance(scan, Scan):
        return replace(scan, others=likeliest, doubtful=best > _proofs(scan.elements))
    if 1 < len(likeliest) <= MOST_CHOICES:
        return ambiguous(likeliest)
    return likeliest[0] if len(likeliest) == 1 else scan


def _by_standard(chunks: list[str]) -> Elements | ScanRefused:
    """The elements when every separator that the standard wants is there."""
    found: list[tuple[str, str]] = []
    for chunk in chunks:
        rest = chunk
        while rest:
            ai = _ai_of(rest)
            if ai is None:
                return refused("ai_unknown", elements=tuple(found), start=rest[:20])
            size = len(rest) if ai.separator_required else len(ai) + _fixed_length(ai)
            value, rest = rest[len(ai) : size], rest[size:]
            if wrong := _wrong(ai.ai, value, tuple(found)):
                return wrong
            found.append((ai.ai, value))
    return tuple(found)


def _restored(chunks: list[str], raw: str, today: str) -> list[Scan]:
    """Every reading in which separators behind a lot, a serial or a count are missing, and which names a product.
    All of them or none: the only reading among the first few would not be the only one."""
    if any(len(chunk) > LONGEST_CUT for chunk in chunks):
        return []
    cuts = list(islice(_cuts(chunks, ()), MOST_CUTS + 1))
    if len(cuts) > MOST_CUTS:
        return []
    scans = (_scan(elements, raw, today) for elements in cuts)
    return [as_restored(one) for one in scans if isinstance(one, Scan)]


def _cuts(chunks: list[str], found: Elements) -> Iterator[Elements]:
    """Every way to cut the chunks into elements of a product label, each identifier once."""
    if not chunks:
        yield found
        return
    rest, after = chunks[0], chunks[1:]
    ai = _ai_of(rest)
    if ai is None or ai.ai in dict(found):
        return
    if not ai.separator_required:
        ends = [len(ai) + _fixed_length(ai)]
    elif ai.ai in LABEL:
        ends = [end for end in range(len(ai) + 1, len(rest)) if rest[end:].startswith(LABEL)] + [len(rest)]
    else:
        ends = [len(rest)]
    for end in ends:
        value, left = rest[len(ai) : end], rest[end:]
        if not _wrong(ai.ai, value, found):
            yield from _cuts([left, *after] if left else after, (*found, (ai.ai, value)))


def _proofs(elements: Elements) -> int:
    """How many elements prove themselves, by a check digit or as a day that exists."""
    return sum(ai in CHECKED or ai in DATES for ai, _ in elements)


def _ai_of(text: str) -> GS1ApplicationIdentifier | None:
    return _ai_at(text[:4])


@lru_cache(maxsize=1_024)
def _ai_at(start: str) -> GS1ApplicationIdentifier | None:
    """The identifier at the start of these four characters; none is longer. biip goes through its whole table."""
    try:
        return GS1ApplicationIdentifier.extract(start)
    except ParseError:
        return None


def _fixed_length(ai: GS1ApplicationIdentifier) -> int:
    """Characters of a value of predefined length; biip's format is `N2+N14`."""
    return sum(int(part) for part in re.findall(r"\+[NX]([0-9]+)", ai.format))


def _wrong(code: str, value: str, before: Elements) -> ScanRefused | None:
    """What is wrong with one element, given those `before` it; None when nothing is."""
    ai = _ai_of(code)
    if ai is None or ai.ai != code:
        return refused("ai_unknown", elements=before, start=f"({code}){value}"[:20])
    said = dict(before).get(code, value)
    if said != value:
        return refused("said_twice", elements=before, ai=code, first=said, value=value)
    fault = _fault(ai, value)
    if fault == "separator_lost":
        return refused(fault, elements=before, ai=code, value=value, longest=_longest(ai))
    return refused(fault, elements=before, ai=code, value=value) if fault else None


def _fault(ai: GS1ApplicationIdentifier, value: str) -> str:
    """The code of what is wrong with a value for itself, '' when nothing is."""
    code = ai.ai
    if not value:
        return "truncated"
    if re.fullmatch(ai.pattern, code + value):
        if code in CHECKED and not _checks(value[: CHECKED[code]]):
            return "check_digit_wrong"
        if code in DATES | WHOLE_DATES and not _date_in(value, 2000, day_needed=code in WHOLE_DATES):
            return "date_wrong"
        return ""
    if code in DATES and re.fullmatch("[0-9]{6}", value):
        return "date_wrong"
    if _longest(ai) and len(value) > _longest(ai):
        return "separator_lost"
    if not ai.separator_required and len(value) < _fixed_length(ai):
        return "truncated"
    return "value_wrong"


def _longest(ai: GS1ApplicationIdentifier) -> int:
    """The most characters of a value of variable length, 0 when its length is fixed."""
    return (
        sum(int(part) for part in re.findall(r"([0-9]+)", ai.format.partition("+")[2]))
        if ".." in ai.format
        else 0
    )


def _date_in(value: str, century: int, *, day_needed: bool = False) -> date | None:
    """YYMMDD in a century; day 00 is the last of the month (GS1 General Specifications, 3.4). None: no such day."""
    year, month, day = century + int(value[:2]), int(value[2:4]), int(value[4:])
    try:
        if day:
            return date(year, month, day)
        return None if day_needed else _last_of_month(year, month)
    except ValueError:
        return None


def _last_of_month(year: int, month: int) -> date:
    return (date(year, month, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def iso_date(value: str, *, today: str) -> str | None:
    """YYMMDD as an ISO date: at most 49 years back and 50 ahead of `today` (GS1 General Specifications, 7.12)."""
    this_year = int(today[:4])
    century = this_year - this_year % 100
    ahead = int(value[:2]) - this_year % 100
    if ahead >= 51:
        century -= 100
    elif ahead <= -50:
        century += 100
    found = _date_in(value, century)
    return None if found is None else found.isoformat()


def _scan(elements: Elements, raw: str, today: str) -> Scan | ScanRefused:
    """The Scan of sound elements; refused when they name no product."""
    said = dict(elements)
    count = said.get("30")
    gtin = said.get("01")
    if (
        gtin is None and "37" in said
    ):  # a count belongs to the item contained; beside AI 01 the standard has none
        gtin, count = said.get("02"), said["37"]
    if gtin is None:
        if "00" in said and "02" not in said:
            return refused("logistic_unit", elements=elements, sscc=said["00"])
        return refused("no_gtin", elements=elements, read=", ".join(f"({ai})" for ai in said))
    dates: dict[str, str | None] = {"11": None, "17": None}
    for ai in dates.keys() & said.keys():
        dates[ai] = iso_date(said[ai], today=today)
        if dates[ai] is None:  # 29 February of a year that has none in the century meant
            return refused("date_wrong", elements=elements, ai=ai, value=said[ai])
    return Scan(
        gtin=gtin,
        raw=raw,
        lot=said.get("10", ""),
        serial=said.get("21", ""),
        expires=dates["17"],
        made=dates["11"],
        count=None if count is None else int(count),
        elements=elements,
    )
