"""The head of a paper: who it is from, what it is, for whom, and the facts beside that. A document takes one of these
and adds what is its own: tables, notes, where to sign."""

from __future__ import annotations

from app.printing.parts import continued, customer, named, page_words
from app.printing.sheet import Letterhead, Party, Sheet
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.quotes import OrderCard, QuoteCard


def headed(
    title: str,
    number: str,
    *,
    day: str,
    about: str,
    parties: tuple[Party, ...],
    facts: tuple[tuple[str, str], ...],
    letterhead: Letterhead,
    formats: Formats,
) -> Sheet:
    """A sheet with nothing but its head. `day` is ISO; `about` stands beside the title on every later page; of the
    facts (name, words) those that say something."""
    return Sheet(
        title=title,
        number=number,
        day=day,
        locale=formats.locale,
        letterhead=letterhead,
        page=page_words(),
        continued=continued(title, number, about),
        parties=parties,
        facts=named(*facts),
    )


def for_customer(
    card: QuoteCard | OrderCard,
    title: str,
    place: str,
    facts: tuple[tuple[str, str], ...],
    *,
    letterhead: Letterhead,
    formats: Formats,
) -> Sheet:
    """The head of a paper for the account of a quote or an order. `place` is the heading of the address, where there
    is one; the rep is the last of the facts."""
    return headed(
        title,
        card.number,
        day=card.day,
        about=card.account,
        parties=(
            Party(tr("print.customer"), customer(card.account, card.account_number)),
            *((Party(place, (card.ship_to,)),) if card.ship_to else ()),
        ),
        facts=(*facts, (tr("print.rep"), card.rep)),
        letterhead=letterhead,
        formats=formats,
    )
