"""Printed matter on this machine: a PDF goes into the documents folder, and to the program that shows or mails it.

The PDF is made on the reader thread from the data as it is then; nothing here needs a network. The PDF library is
imported when the first paper is asked for, not before the first frame.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.screens.wording import tr

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.desktop.desk import Desk
    from app.printing.sheet import Letterhead
    from app.workspace.rows.quotes import OrderCard, QuoteCard

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # in a file name, on any of the systems we run on


@dataclass(frozen=True, slots=True)
class Papers:
    """Where papers are kept, who they come from, and how a file is shown. `show` is called on the GUI thread and
    answers whether a program took the file."""

    folder: Path
    letterhead: Callable[[], Letterhead]
    change_letterhead: Callable[[Letterhead], None]
    show: Callable[[Path], bool]

    def keep(self, name: str, data: bytes) -> Path:
        """Write the file whole or not at all; an older one of the same name is replaced. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / _FORBIDDEN.sub("-", name)
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_bytes(data)
        os.replace(fresh, path)
        return path


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: the name of its file without an ending, its bytes, and whom it may be mailed to ('' = unknown)."""

    name: str
    pdf: bytes
    to: str = ""


@dataclass(frozen=True, slots=True)
class PaperActs:
    """The papers of a screen, each made, kept and said on a toast."""

    desk: Desk

    def quote(self, card: QuoteCard, *, mail: bool) -> None:
        """The quote, saved; with `mail` as a letter to the customer that waits to be sent."""

        def make(connection: Connection) -> Paper:
            from app.printing.quote import quote
            from app.workspace.queries.accounts import mail_address

            made = quote(card, letterhead=self._head(), formats=self.desk.formats)
            name = f"{tr('print.quote')} {card.number}"
            if card.revision > 1:
                name = f"{name} {tr('print.revision')} {card.revision}"
            return Paper(name, made, mail_address(connection, card.account_id))

        self._print(make, mail=mail)

    def order(self, card: OrderCard, *, mail: bool) -> None:
        """The order as the customer keeps it: a confirmation, a receipt of a sale, or a ticket of what was used."""

        def make(connection: Connection) -> Paper:
            from app.printing.order import order
            from app.printing.usage_ticket import usage_ticket
            from app.workspace.queries.accounts import mail_address

            used = card.type == "bill_only"
            made = (usage_ticket if used else order)(card, letterhead=self._head(), formats=self.desk.formats)
            title = "print.usage" if used else "print.sale" if card.type == "trunk_sale" else "print.order"
            return Paper(f"{tr(title)} {card.number}", made, mail_address(connection, card.account_id))

        self._print(make, mail=mail)

    def count_sheet(self) -> None:
        """The lots of the trunk with boxes to write in."""
        user = self.desk.user

        def make(connection: Connection) -> Paper:
            from app.printing.count_sheet import count_sheet
            from app.workspace.queries.trunk import count_view

            view = count_view(connection, user.user_id)
            made = count_sheet(view, rep=user.name, letterhead=self._head(), formats=self.desk.formats)
            return Paper(f"{tr('print.count')} {self.desk.formats.today()}", made)

        self._print(make)

    def day_end(self) -> None:
        """What was done with the trunk today, and what is in it."""
        user, day = self.desk.user, self.desk.today()

        def make(connection: Connection) -> Paper | None:
            from app.printing.day_end import day_end
            from app.workspace.queries.day_end import day_end as read

            found = read(connection, user.user_id, day)
            if found is None:
                return None
            made = day_end(found, rep=user.name, letterhead=self._head(), formats=self.desk.formats)
            return Paper(f"{tr('print.day')} {day}", made)

        self._print(make)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _head(self) -> Letterhead:
        return self.desk.papers.letterhead()

    def _print(self, make: Callable[[Connection], Paper | None], *, mail: bool = False) -> None:
        def job(connection: Connection) -> Path | str:
            made = make(connection)
            if made is None:
                return tr("print.no_trunk")
            try:
                return self._keep(made, mail=mail)
            except OSError as error:  # a bad day of the documents folder, not of the books
                return tr("print.not_saved", what=error.strerror or str(error))

        self.desk.tasks.read(job, lambda answer: self._say(answer, mail=mail))

    def _keep(self, made: Paper, *, mail: bool) -> Path:
        """The PDF in the folder, and with `mail` the letter that carries it; the path of what is to be shown."""
        path = self.desk.papers.keep(f"{made.name}.pdf", made.pdf)
        if not mail:
            return path
        from app.printing.mail import letter

        body = tr("print.mail.body", document=made.name, name=self.desk.user.name)
        written = letter(to=made.to, subject=made.name, body=body, name=path.name, pdf=made.pdf)
        return self.desk.papers.keep(f"{made.name}.eml", written)

    def _say(self, answer: Path | str, *, mail: bool) -> None:
        """A letter opens at once; a PDF when it is asked for."""
        if isinstance(answer, str):
            self.desk.toast(answer, tone="bad")
            return
        if mail and self.desk.papers.show(answer):
            self.desk.toast(tr("print.mailed"), tone="ok")
            return
        words = tr("print.no_mail", name=answer.name) if mail else tr("print.saved", name=answer.name)
        self.desk.toast(
            words, tone="warn" if mail else "ok", action=tr("print.open"), then=lambda: self._open(answer)
        )

    def _open(self, path: Path) -> None:
        if not self.desk.papers.show(path):
            self.desk.toast(tr("print.no_program", folder=str(path.parent)), tone="warn")
