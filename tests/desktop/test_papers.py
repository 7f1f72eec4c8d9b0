"""Printed matter from the screens: a tap writes a PDF into the documents folder, or a letter that carries it."""

from __future__ import annotations

import email
from email import policy
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from quotes_kit import Hands
from trunk_kit import Hand


@pytest.fixture
def hands(stage: Any) -> Hands:
    return Hands(stage)


def documents(stage: Any) -> list[str]:
    folder = stage.desk.papers.folder
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def submitted(hands: Hands) -> str:
    """A quote for Harbour, submitted and on the screen; its number."""
    hands.new_quote("a1", "p1")
    hands.tap("quote.submit")
    return str(hands.outbox()[-1]["number"])


def test_save_as_pdf_writes_the_quote_into_the_documents_folder_without_a_network(hands: Hands) -> None:
    number = submitted(hands)

    hands.tap("quote_page.pdf")

    assert documents(hands.stage) == [f"Quote {number}.pdf"]
    text = words((hands.stage.desk.papers.folder / f"Quote {number}.pdf").read_bytes())
    assert number in text
    assert "Trunkline Medical" in text
    assert hands.stage.toasts[-1] == f"Saved in your documents: Quote {number}.pdf"
    assert hands.stage.shown == []


def test_e_mail_hands_a_letter_with_the_pdf_attached_to_the_mail_program(hands: Hands) -> None:
    number = submitted(hands)

    hands.tap("quote_page.mail")

    [shown] = hands.stage.shown
    assert shown.name == f"Quote {number}.eml"
    message = email.message_from_bytes(shown.read_bytes(), policy=policy.default)
    assert message["X-Unsent"] == "1"
    assert message["Subject"] == f"Quote {number}"
    [attached] = message.iter_attachments()
    assert attached.get_filename() == f"Quote {number}.pdf"
    assert number in words(attached.get_content())


def test_the_letter_goes_to_a_contact_of_the_account(hands: Hands, sqlite_world: Any) -> None:
    from sync.server.feed import unit_of_work

    contact = {
        "id": "c1", "account_id": "a1", "territory_id": "t1", "rep_id": "rep", "name": "Anna", "job": "", "phone": "",
        "email": "anna@harbour.example", "origin": "test",
    }  # fmt: skip
    with sqlite_world.engine.connect() as connection:
        [account] = connection.exec_driver_sql("SELECT territory_id, rep_id FROM account WHERE id='a1'")
    with unit_of_work(sqlite_world.engine) as work:
        work.put("contact", [{**contact, "territory_id": account[0], "rep_id": account[1]}])
    hands.stage.sync()
    submitted(hands)

    hands.tap("quote_page.mail")

    message = email.message_from_bytes(hands.stage.shown[0].read_bytes(), policy=policy.default)
    assert message["To"] == "anna@harbour.example"


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(hands: Hands) -> None:
    number = submitted(hands)
    hands.stage.desk.papers.folder.write_text("a file where the folder should be")

    hands.tap("quote_page.pdf")

    assert hands.stage.toasts[-1].startswith("The PDF could not be saved:")
    assert number in hands.words("quote_page.title")


def test_an_order_is_saved_as_its_confirmation(hands: Hands) -> None:
    submitted(hands)
    hands.stage.sync()
    hands.tap("quote_page.place_order")
    if not hands.sees("order_page.pdf"):
        hands.tap("quote_page.open_order")

    hands.tap("order_page.pdf")

    [name] = documents(hands.stage)
    assert name.startswith("Order confirmation ")
    assert "Order confirmation" in words((hands.stage.desk.papers.folder / name).read_bytes())


def test_a_count_can_be_begun_on_paper(stage: Any) -> None:
    stage.window.activateWindow()
    stage.go("trunk")
    hand = Hand(stage)
    hand.press("trunk.count_it")

    hand.press("count.sheet")

    assert documents(stage) == ["Count sheet 2026-11-23.pdf"]
    text = words((stage.desk.papers.folder / "Count sheet 2026-11-23.pdf").read_bytes())
    assert "Lot L1" in text
    assert "Lot L2" in text


def test_the_signed_count_leads_to_the_summary_of_the_day(stage: Any) -> None:
    stage.window.activateWindow()
    stage.go("trunk")
    hand = Hand(stage)
    hand.press("trunk.count_it")
    hand.type("count.scan", "L2", enter=True)
    hand.type("count.figure", "3", enter=True)
    hand.press("count.review")
    hand.press("review.variance.0.reason.lost")
    hand.press("review.sign")

    hand.press("summary.print")

    assert documents(stage) == ["Day end 2026-11-23.pdf"]
    text = words((stage.desk.papers.folder / "Day end 2026-11-23.pdf").read_bytes())
    assert "−1" in text
    assert "Lost" in text
    assert "1 entry is saved on the tablet" in text


def test_the_letterhead_is_what_the_settings_say(stage: Any) -> None:
    stage.go("settings")
    stage.window.findChild(QLineEdit, "settings.company").setText("Fjord Medical")
    stage.window.findChild(QPlainTextEdit, "settings.company_address").setPlainText("1 Quay\n\n 5003 Bergen ")

    stage.go("today")

    head = stage.desk.papers.letterhead()
    assert (head.name, head.lines) == ("Fjord Medical", ("1 Quay", "5003 Bergen"))


def test_a_file_name_holds_no_sign_that_a_system_forbids(stage: Any) -> None:
    kept = stage.desk.papers.keep('Quote A/7: "x"?.pdf', b"%PDF")

    assert kept.parent == Path(stage.desk.papers.folder)
    assert kept.name == "Quote A-7- -x--.pdf"
    assert kept.read_bytes() == b"%PDF"
