"""Labels as scanners send them: separators lost and doubled, any order, wrong digits, other people's codes
(DOMAIN.md §8: "a barcode that does not parse because a separator was lost or doubled")."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from biip.checksums import gs1_standard_check_digit
from hypothesis import assume, given, strategies as st

from app.domain.scan import Scan, ScanRefused
from app.workspace.barcodes import iso_date, read_code

TODAY = "2026-11-26"
GTIN = "07032069804988"
GS = "\x1d"


def read(text: str) -> Scan:
    found = read_code(text, today=TODAY)
    assert isinstance(found, Scan), found
    return found


def refusal(text: str) -> ScanRefused:
    found = read_code(text, today=TODAY)
    assert isinstance(found, ScanRefused), found
    return found


WHOLE = f"01{GTIN}172701311125013110LOT-1{GS}21SER/9"


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"]d2{WHOLE}",
        f"]C1{WHOLE}",
        f"]Q3{WHOLE}",
        f"]e0{WHOLE}",
        f"]J1{WHOLE}",
        f"]d1{WHOLE}",
        f"{GS}{WHOLE}",
        f"]C1{GS}{WHOLE}",
        f"{WHOLE}{GS}",
        f"{WHOLE}{GS}{GS}\r\n",
        WHOLE.replace(GS, GS * 3),
        f"01{GTIN}{GS}17270131{GS}11250131{GS}10LOT-1{GS}21SER/9",
        f"10LOT-1{GS}21SER/9{GS}1125013117270131{GS}01{GTIN}",
        f"21SER/9{GS}01{GTIN}10LOT-1{GS}1727013111250131",
        f"(01){GTIN}(17)270131(11)250131(10)LOT-1(21)SER/9",
        f" (01) {GTIN} (10) LOT-1 (17)270131(11)250131\n(21)SER/9 ".replace("\n", " "),
        f"https://example.com/01/{GTIN}/10/LOT-1/21/SER%2F9?17=270131&11=250131",
        f"HTTPS://id.gs1.org/shop/01/{GTIN[1:]}/10/LOT-1/21/SER%2F9?utm=x&11=250131&17=270131#top",
    ],
)
def test_one_label_reads_the_same_however_it_is_sent(text: str) -> None:
    found = read(text)

    assert (found.gtin, found.lot, found.serial) == (GTIN, "LOT-1", "SER/9")
    assert (found.expires, found.made, found.count) == ("2027-01-31", "2025-01-31", None)
    assert (found.restored, found.others) == (False, ())


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("96385074", "00000096385074"),
        ("614141000036", "00614141000036"),
        ("4006381333931", "04006381333931"),
        (GTIN, GTIN),
        ("]E04006381333931", "04006381333931"),
        ("]E496385074", "00000096385074"),
        ("]I1" + GTIN, GTIN),
        ("]C0" + GTIN, GTIN),
    ],
)
def test_the_bare_number_of_a_product_is_a_scan_without_a_lot(text: str, gtin: str) -> None:
    found = read(text)

    assert (found.gtin, found.lot, found.elements) == (gtin, "", (("01", gtin),))


@pytest.mark.parametrize("between", ["|", ""])
def test_a_composite_component_behind_a_number_is_read_with_it(between: str) -> None:
    assert read(f"]E04006381333931{between}]e010LOT-1{GS}17270131").expires == "2027-01-31"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"01{GTIN}3012", 12),
        (f"00376130321109103420{GS}02{GTIN}3724", 24),
        (f"02{GTIN}370", 0),
        (f"01{GTIN}3724", None),  # a count of contained items says nothing of the item itself
    ],
)
def test_a_count_belongs_to_the_item_it_counts(text: str, count: int | None) -> None:
    assert (read(text).gtin, read(text).count) == (GTIN, count)


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "empty", {}),
        ("\x1d\r\n", "empty", {}),
        ("]C1", "empty", {}),
        ("]d2" + GS, "empty", {}),
        ("]", "not_gs1", {"start": "]"}),
        ("]?2" + WHOLE, "not_gs1", None),
        ("hello", "not_gs1", {"start": "hello"}),
        ("9" * 5_000, "not_gs1", {"start": "9" * 20}),
        ("+H1230A1", "hibcc_not_supported", {"start": "+H1230A1"}),
        ("]C0+H1230A1", "hibcc_not_supported", {"start": "]C0+H1230A1"}),
        ("=/W1234", "iccbba_not_supported", {"start": "=/W1234"}),
        ("&,1234", "iccbba_not_supported", {"start": "&,1234"}),
        (f"01{GTIN}10Ä", "character_wrong", {"character": "U+00C4", "place": "19"}),
        ("01" + "٠" * 14, "character_wrong", None),  # digits, but not those of GS1
        ("4006381333930", "check_digit_wrong", {"ai": "01", "value": "4006381333930"}),
        ("]E04006381333930", "check_digit_wrong", {"ai": "01", "value": "4006381333930"}),
        ("]E0400638133393", "truncated", {"ai": "01", "value": "400638133393"}),
        ("]E49638507444", "value_wrong", {"ai": "01", "value": "9638507444"}),
        ("]E4963X5074", "value_wrong", {"ai": "01", "value": "963X5074"}),
        ("0107032069804987", "check_digit_wrong", {"ai": "01", "value": "07032069804987"}),
        ("(01)07032069804987", "check_digit_wrong", {"ai": "01", "value": "07032069804987"}),
        ("00376130321109103421", "check_digit_wrong", {"ai": "00", "value": "376130321109103421"}),
        ("00376130321109103420", "logistic_unit", {"sscc": "376130321109103420"}),
        (f"10LOT{GS}17270131", "no_gtin", {"read": "(10), (17)"}),
        (f"02{GTIN}", "no_gtin", {"read": "(02)"}),
        (f"01{GTIN}17270230", "date_wrong", {"ai": "17", "value": "270230"}),
        (f"01{GTIN}17271301", "date_wrong", {"ai": "17", "value": "271301"}),
        (f"01{GTIN}17270000", "date_wrong", {"ai": "17", "value": "270000"}),
        (f"01{GTIN}172701", "truncated", {"ai": "17", "value": "2701"}),
        (f"01{GTIN}1727{GS}0131", "truncated", {"ai": "17", "value": "27"}),
        (f"01{GTIN}10", "truncated", {"ai": "10", "value": ""}),
        (f"01{GTIN}10A B", "value_wrong", {"ai": "10", "value": "A B"}),
        (f"01{GTIN}1727013X", "value_wrong", {"ai": "17", "value": "27013X"}),
        (f"01{GTIN}89XYZ", "ai_unknown", {"start": "89XYZ"}),
        (f"(01){GTIN}(89)1", "ai_unknown", {"start": "(89)1"}),
        (f"(01){GTIN}(10", "ai_unknown", {"start": "(10"}),
        (f"01{GTIN}10A{GS}10B", "said_twice", {"ai": "10", "first": "A", "value": "B"}),
        (f"01{GTIN}10{'A' * 21}", "separator_lost", {"ai": "10", "longest": "20", "value": "A" * 21}),
        ("http://example.com/", "link_wrong", {"start": "http://example.com/", "why": "key"}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_by_name(text: str, code: str, params: dict[str, str] | None) -> None:
    found = refusal(text)

    assert found.code == code
    assert params is None or dict(found.params) == params


def test_a_refusal_keeps_what_was_read_before_it() -> None:
    assert refusal(f"01{GTIN}10LOT{GS}17270230").elements == (("01", GTIN), ("10", "LOT"))


def test_the_same_value_twice_is_no_contradiction() -> None:
    assert read(f"01{GTIN}10A{GS}10A").lot == "A"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://a$/01/" + GTIN, "address"),
        (f"https://a/01/{GTIN}/17/270131", "qualifier"),
        (f"https://a/01/{GTIN}/21/S/10/L", "qualifier"),
        (f"https://a/01/{GTIN}?10=L", "attribute"),
        (f"https://a/01/{GTIN}?01={GTIN}", "attribute"),
        (f"https://a/01/{GTIN}?21=S", "attribute"),
        (f"https://a/01/{GTIN}?99=A+B", "value"),
    ],
)
def test_a_web_address_that_is_no_digital_link_is_refused_with_the_part_that_is_wrong(
    address: str, why: str
) -> None:
    assert dict(refusal(address).params)["why"] == why


# -- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("270200", "2027-02-28"),
        ("280200", "2028-02-29"),
        ("271200", "2027-12-31"),
        ("260430", "2026-04-30"),
        ("760101", "2076-01-01"),  # 50 ahead
        ("770101", "1977-01-01"),  # 49 back
        ("990101", "1999-01-01"),
        ("000229", "2000-02-29"),
    ],
)
def test_a_date_has_its_century_from_today_and_day_00_is_the_last_of_the_month(value: str, day: str) -> None:
    assert read(f"01{GTIN}17{value}").expires == day


def test_the_window_moves_with_today_and_not_with_the_clock() -> None:
    assert iso_date("010101", today="2051-01-01") == "2101-01-01"
    assert iso_date("020101", today="2051-01-01") == "2002-01-01"
    assert iso_date("990101", today="1999-06-01") == "1999-01-01"


def test_a_leap_day_of_the_century_that_has_none_is_refused() -> None:
    found = read_code(f"01{GTIN}17000229", today="2088-01-01")

    assert isinstance(found, ScanRefused)
    assert found.code == "date_wrong"


# -- lost separators --------------------------------------------------------------------------------------------------


def test_a_separator_that_must_be_missing_is_put_back_where_only_one_place_fits() -> None:
    found = read(f"01{GTIN}10LOT-12341727013121SERIAL-0001")

    assert (found.lot, found.expires, found.serial) == ("LOT-1234", "2027-01-31", "SERIAL-0001")
    assert found.restored


def test_a_product_number_behind_a_lost_separator_is_found() -> None:
    found = read(f"1727013110LOT01{GTIN}")

    assert (found.gtin, found.lot, found.restored) == (GTIN, "LOT", True)


def test_two_places_for_a_missing_separator_are_ambiguous_and_both_are_told() -> None:
    found = refusal(f"01{GTIN}10AAAA21BBBBBBBB21CCCCCCCCCC")

    assert found.code == "ambiguous"
    assert [(one.lot, one.serial) for one in found.choices] == [
        ("AAAA", "BBBBBBBB21CCCCCCCCCC"),
        ("AAAA21BBBBBBBB", "CCCCCCCCCC"),
    ]
    assert dict(found.params)["one"] == f"(01){GTIN}(10)AAAA(21)BBBBBBBB21CCCCCCCCCC"


def test_a_date_within_a_lot_that_could_be_whole_makes_the_label_doubtful() -> None:
    found = read(f"01{GTIN}10ABC17270131")

    assert (found.lot, found.expires, found.doubtful) == ("ABC17270131", None, True)
    assert [(one.lot, one.expires, one.restored) for one in found.others] == [("ABC", "2027-01-31", True)]


@pytest.mark.parametrize("lot", ["ABC17271331", "ABC21X", "17", "A10B11", "01234567890123"])
def test_a_lot_that_merely_contains_the_digits_of_an_identifier_is_not_doubted(lot: str) -> None:
    found = read(f"01{GTIN}10{lot}")

    assert (found.lot, found.doubtful) == (lot, False)


def test_a_code_full_of_identifiers_is_answered_all_the_same() -> None:
    assert refusal(f"01{GTIN}10" + "1021303717" * 9).code in ("separator_lost", "ambiguous")
    assert refusal(f"01{GTIN}10" + "21" * 200).code == "separator_lost"


def test_more_readings_than_a_person_can_choose_from_leave_the_code_to_be_typed() -> None:
    few = refusal(f"01{GTIN}10A" + "21A301" * 5)
    many = refusal(f"01{GTIN}10A" + "21A301" * 4)

    assert (few.code, len(few.choices)) == ("ambiguous", 7)
    assert many.code == "separator_lost"


def test_a_reading_is_the_only_one_only_where_all_were_looked_at() -> None:
    """Fifty-five ways to cut this one up, more than are looked through."""
    assert refusal(f"01{GTIN}10111270131371373021213730212113017270131").code == "separator_lost"


# -- round trips ------------------------------------------------------------------------------------------------------

CSET82 = "".join(chr(c) for c in range(0x21, 0x7B) if chr(c) not in "#$@[\\]^`")
gtins = st.integers(0, 10**13 - 1).map(lambda n: f"{n:013}{gs1_standard_check_digit(f'{n:013}')}")
days = st.integers(0, 365 * 90).map(lambda n: date(1980, 1, 1) + timedelta(days=n))
values = st.text(CSET82, min_size=1, max_size=20)
VARIABLE = ("10", "21", "30")


@st.composite
def labels(draw: st.DrawFn) -> dict[str, str]:
    """AI to value, in any order; a GTIN always."""
    said = {
        "01": draw(gtins),
        "10": draw(values),
        "21": draw(values),
        "30": str(draw(st.integers(0, 99_999_999))),
        "11": f"{draw(days):%y%m%d}",
        "17": f"{draw(days):%y%m%d}",
    }
    left_out = draw(st.sets(st.sampled_from(["10", "11", "17", "21", "30"])))
    order = draw(st.permutations([ai for ai in said if ai not in left_out]))
    return {ai: said[ai] for ai in order}


def says(found: Scan, said: dict[str, str]) -> bool:
    return (
        dict(found.elements) == said
        and found.lot == said.get("10", "")
        and found.serial == said.get("21", "")
    )


@given(labels(), st.data())
def test_any_order_and_any_number_of_separators_reads_the_label_back(
    said: dict[str, str], data: st.DataObject
) -> None:
    text = GS * data.draw(st.integers(0, 2))
    for ai, value in said.items():
        text += ai + value + GS * data.draw(st.integers(1 if ai in VARIABLE else 0, 3))

    assert says(read(text), said)


@given(labels())
def test_the_printed_form_reads_the_label_back(said: dict[str, str]) -> None:
    text = "".join(f"({ai}){value.replace('(', chr(92) + '(')}" for ai, value in said.items())

    assert says(read(text), said)


@given(labels(), st.data())
def test_a_lost_separator_is_put_back_or_refused_or_leaves_the_label_among_the_readings(
    said: dict[str, str], data: st.DataObject
) -> None:
    """Never a reading that contradicts the label without a word: what was meant is the reading, one of the others or
    choices, or there is a refusal; and where nothing was lost after all, nothing is restored."""
    losable = [ai for ai, after in pairwise(said) if ai in VARIABLE and after in ("01", "11", "17")]
    assume(losable)
    lost = data.draw(st.sampled_from(losable))
    text = "".join(ai + value + (GS if ai in VARIABLE and ai != lost else "") for ai, value in said.items())

    found = read_code(text, today=TODAY)

    if isinstance(found, Scan):
        assert any(says(one, said) for one in (found, *found.others))
        assert found.restored or found.doubtful
    else:
        assert found.code in ("ambiguous", "no_gtin", "said_twice")
        assert found.code != "ambiguous" or any(says(one, said) for one in found.choices)


@given(st.text(max_size=80) | st.text("0123456789()/+=]dC12e0Q3" + GS, max_size=60))
def test_whatever_a_scanner_sends_is_answered(text: str) -> None:
    assert isinstance(read_code(text, today=TODAY), Scan | ScanRefused)


@given(gtins, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_in_a_product_number_never_passes(gtin: str, at: int, by: int) -> None:
    wrong = gtin[:at] + str((int(gtin[at]) + by) % 10) + gtin[at + 1 :]

    assert refusal(f"01{wrong}10LOT").code == "check_digit_wrong"
