"""The rules of `make gs1` for biip's own tests: what each case is, and what its test says of it."""

from __future__ import annotations

import json
import re

from gs1_cases import GS, GTIN, Case, Folder, Left, Row, Want, pairs

THIS_YEAR = 2026  # as gs1.TODAY

ELSEWHERE = {
    "rcn/": "restricted circulation numbers: shops' own codes",
    "upc/": "UPC-E: scanners send it as UPC-A or EAN-13",
    "test_symbology.py": "how biip prints a mark",
}  # fmt: skip


BARE = "[0-9]{8}|[0-9]{12,14}"
BOTH = "as many digits as a GTIN has: read as one here, where biip gives both answers"


def hri(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(re.findall(r"\((\d+)\)([^(]*)", text))


def biip_case(row: Row, _: Folder) -> Case:
    source, test, case = row["source"], row["test"], json.loads(row["case_json"])
    value = case.get("value")
    whole = value if isinstance(value, str) else ""
    if source.startswith("upc/") and re.fullmatch("[0-9]{12}", whole):  # UPC-A
        return Want(whole, refused=row["kind"] == "reject", scan={"gtin": whole.zfill(14)})
    if test == "test_without_variable_measure_keeps_gtin_unchanged":
        return Want(whole, scan={"gtin": whole.zfill(14)})
    if source.startswith("test_sscc") and whole:
        return Want(f"00{whole}", refused=row["kind"] == "reject")
    for start, reason in ELSEWHERE.items():
        if source.startswith(start):
            return Left(reason)
    if source.startswith("gtin/") and isinstance(value, str):
        if test.startswith(("test_as_gtin_12_fails", "test_as_gtin_8_fails")):
            return Left("how biip writes a number shorter")
        return Want(value, refused=row["kind"] == "reject", scan={"gtin": value.strip().zfill(14)})
    if test == "test_gs1_standard_check_digit":
        lead = {17: "00", 13: "01", 12: "414", 7: ""}.get(len(value))
        if lead is None:
            return Left("no element has a component of this length")
        return Want(f"{lead}{value}{case['expected']}")
    if source.startswith("test_gs1_digital_link") and test != "test_from_element_strings":
        return biip_link(test, case)
    if source.startswith(("test_gs1_messages", "test_gs1_element")):
        return biip_message(row, test, case)
    return Left("biip's own functions, not what a code says")


def biip_link(test: str, case: dict[str, str]) -> Case:
    value = case["value"]
    if not value.startswith("http"):
        return Left("no web address")
    if test == "test_parse_error":
        return Want(value, refused=True)
    if test == "test_as_gs1_message":
        return Want(value, elements=hri(case["expected"]))
    if "ai" in case:
        return Want(value, values=(case["ai"], case["expected"]))
    return Want(value)


def biip_message(row: Row, test: str, case: dict[str, object]) -> Case:
    value = case.get("value")
    if test in ("test_extract_fails_when_not_matching_pattern", "test_extract_fails_with_invalid_date"):
        return Want(f"01{GTIN}{case['ai_code']}{case['bad_value']}", refused=True)
    if test == "test_parse_hri_fails_if_not_starting_with_parenthesis":
        return Left("both forms come in by one door here")
    if test == "test_extract_handles_min_and_max_year_correctly":
        return biip_year(case)
    if not isinstance(value, str):
        return Left("biip's own functions, not what a code says")
    if re.fullmatch(BARE, value):
        return Left(BOTH)
    if case.get("separator_chars", [GS]) != [GS]:
        return Left("another separator than FNC1: an option of biip's")
    if row["kind"] == "reject":
        return Want(value, refused=True)
    if test == "test_extract_with_nested_error":
        # biip reads it and remarks on the check digit; here that refuses.
        return Want(value, refused=True, code="check_digit_wrong")
    if test in ("test_extract_date_and_datetime", "test_extract_handles_zero_day_as_last_day_of_month"):
        return biip_date(value, str(case.get("expected_date") or case.get("expected")))
    if test in (
        "test_extract_variable_measures",
        "test_extract_amount_payable",
        "test_extract_percentage_discount",
    ):
        return Left("weights, lengths, amounts: not used by Trunkline")
    if "ai" in case:
        return Want(value, values=(str(case["ai"]), case["expected"]))
    printed = case.get("expected_hri") or case.get("expected")
    return Want(value, elements=hri(str(printed)))


def biip_date(value: str, day: str) -> Case:
    """Days are given out of AI 11 and 17; the rule is the same for 12 to 16, which are put under 17."""
    if value[:2] not in ("11", "12", "13", "15", "16", "17"):
        return Left("times and dates of identifiers that Trunkline does not use")
    ai, name = ("11", "made") if value[:2] == "11" else ("17", "expires")
    return Want(f"01{GTIN}{ai}{value[2:]}", scan={name: day})


def biip_year(case: dict[str, object]) -> Case:
    """The year of the clock, 49 years back, 50 ahead."""
    year = THIS_YEAR + (-49 if "MIN_" in str(case) else 50 if "MAX_" in str(case) else 0)
    return biip_date(f"15{year % 100:02}0526", f"{year}-05-26")


def biip_value_to_elements(row: Row, folder: Folder) -> Case:
    value = row["value"]
    if row["test"] == "test_parse_with_invalid_element_values":
        return Left("dates not looked at: an option of biip's")
    if re.fullmatch(BARE, value):
        return Left(BOTH)
    found = pairs(row["elements_json"])
    if any(folder.wrong_check_digit(ai, v) for ai, v in found):
        # biip reads it and remarks on the check digit; here that refuses.
        return Want(value, refused=True, code="check_digit_wrong")
    return Want(value, elements=found)
