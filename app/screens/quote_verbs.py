"""What can be done with a submitted quote: the verbs of the lifecycle table as buttons, and how long it stands."""

from __future__ import annotations

from app.domain.days import days_between
from app.domain.lifecycle import QUOTE, quote_state_on, verbs
from app.domain.quoting import OFFICE
from app.screens.document_parts import PageAction
from app.screens.formats import Formats
from app.screens.present import may_present_quote, may_sign_quote
from app.screens.quotes import may_write
from app.screens.wording import tr
from app.workspace.rows.quotes import QuoteCard

PLACE, OFFER, LOSE, EXPIRE, REVISE = "place_order", "offer", "lose", "expire", "revise"
TAKE_COUNTER, COPY, OPEN_ORDER, OPEN_ACCOUNT = "take_counter", "copy", "open_order", "open_account"
PRESENT = "present"  # turn it to the customer, who may sign it there
MOVES = (OFFER, LOSE, EXPIRE)  # verbs that need nothing but the quote
NEAR = 7  # days before the last one from which the end is told as near


def state_on(card: QuoteCard, day: str) -> str:
    """The state as it reads on a day (ISO): past its last day an open offer has expired."""
    return quote_state_on(card.state, card.valid_until, day)


def late(card: QuoteCard, day: str) -> bool:
    """Whether its last day is over, and nobody has told the quote yet."""
    return state_on(card, day) != card.state


def actions(card: QuoteCard, role: str, day: str) -> tuple[PageAction, ...]:
    """The buttons: what the lifecycle allows in this state on `day` and the rules allow this person. Orders and
    revisions come from the author's hand; the office may also offer a quote, lose it or let it expire; anybody who
    quotes may copy. Past the last day no order can be placed and nothing can be offered."""
    by_table = verbs(QUOTE, card.state)
    over = late(card, day)
    open_now = set(by_table if card.mine else by_table if role in OFFICE else ())
    if not card.mine:
        open_now &= set(MOVES)
    open_now -= {PLACE, OFFER} if over else {EXPIRE}
    found: list[PageAction] = []
    to_sign = may_sign_quote(card, role, day)
    shown = present_action(to_sign=to_sign) if may_present_quote(card) and may_write(role) else None
    if shown is not None and to_sign:
        found.append(shown)
    if PLACE in open_now:
        kind = "" if to_sign else "primary"
        words, short = tr("quote_page.place_order"), tr("present.place_order.short")
        found.append(PageAction(PLACE, words, "send", kind, shortcut="Ctrl+Return", short=short))
    for order in card.orders:
        words = tr("quote_page.open_order", number=order.number)
        found.append(PageAction(OPEN_ORDER, words, "truck", "primary", order.id))
    if shown is not None and not to_sign:
        found.append(shown)
    if OFFER in open_now:
        found.append(
            PageAction(OFFER, tr("quote_page.offer"), "accounts", short=tr("quote_page.offer.short"))
        )
    if REVISE in open_now and card.state == "countered" and countered(card):
        found.append(PageAction(TAKE_COUNTER, tr("quote_page.take_counter"), "ok", "primary"))
    if REVISE in open_now:
        again = over or card.state in ("declined", "expired")
        found.append(PageAction(REVISE, tr("quote_page.revise"), "edit", "primary" if again else ""))
    if EXPIRE in open_now:
        found.append(PageAction(EXPIRE, tr("quote_page.expire"), "clock"))
    if may_write(role):
        found.append(PageAction(COPY, tr("quote_page.copy"), "plus", short=tr("quote_page.copy.short")))
    if LOSE in open_now:
        found.append(PageAction(LOSE, tr("quote_page.lose"), "minus", short=tr("present.lose.short")))
    account = tr("quote_page.open_account")
    short = tr("quote_page.open_account.short")
    found.append(PageAction(OPEN_ACCOUNT, account, "accounts", target=card.account_id, short=short))
    return tuple(found)


def present_action(*, to_sign: bool) -> PageAction:
    """The way to the customer; what comes next where something is to be signed."""
    words = tr("present.open_to_sign" if to_sign else "present.open")
    kind = "primary" if to_sign else ""
    return PageAction(PRESENT, words, "quotes", kind, shortcut="F11", short=tr("present.open.short"))


def countered(card: QuoteCard) -> bool:
    """Whether somebody's counter-offer stands on this revision."""
    return any(one.counter and one.revision == card.revision for one in card.approvals)


def validity(card: QuoteCard, day: str, formats: Formats) -> tuple[str, str]:
    """Until when an order may be placed on it, and the tone; '' where it does not matter any more."""
    if card.valid_until is None or "expire" not in verbs(QUOTE, card.state):
        return "", ""
    left = days_between(day, card.valid_until)
    date = formats.date(card.valid_until)
    if left < 0:
        return tr("quote_page.valid.over", day=date), "bad"
    if left <= NEAR:
        return tr("quote_page.valid.near", day=date, left=formats.until(card.valid_until)), "warn"
    return tr("quote_page.valid", day=date), ""
