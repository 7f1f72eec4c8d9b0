"""What the catalogue's filter bar opens: whose prices, which products."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.desktop.desk import Desk
from app.desktop.widgets.picker import Picker
from app.desktop.widgets.table import Column
from app.screens.accounts import AccountLine, present_list
from app.screens.catalogue import CategoryLine, present_narrowings
from app.screens.wording import tr

if TYPE_CHECKING:  # sqlalchemy is imported after the first frame
    from sqlalchemy import Connection


def pick_account(parent: QWidget, desk: Desk, then: Callable[[str], None]) -> Picker[AccountLine]:
    """Choose an account, or nobody in particular ('')."""
    picker: Picker[AccountLine] = Picker(
        parent,
        desk.theme,
        name="catalogue.pick_account",
        title=tr("catalogue.account.pick"),
        hint=tr("catalogue.account.pick.search"),
        empty=tr("catalogue.account.pick.empty"),
        columns=(
            Column(tr("accounts.col.account"), lambda one: one.name, second=lambda one: one.about),
            Column(
                tr("accounts.col.state"),
                lambda one: one.state,
                width=110,
                chip=True,
                tone=lambda one: one.tone,
            ),
        ),
        key=lambda one: one.id,
        spoken=lambda one: one.spoken,
        tall=True,
    )
    nobody = AccountLine("", tr("catalogue.account.clear"), "", "", "", "", tr("catalogue.account.clear"))

    def ask(words: str) -> None:
        def find(connection: Connection) -> tuple[AccountLine, ...]:
            from app.workspace.queries.accounts import find_accounts

            found = present_list(find_accounts(connection, words), desk.formats).lines
            return found if words.strip() else (nobody, *found)

        desk.tasks.read(find, picker.show_rows, key="catalogue.pick_account")

    picker.searched.connect(ask)
    picker.picked.connect(lambda line: then(line.id))
    picker.begin()
    return picker


def pick_narrowing(parent: QWidget, desk: Desk, then: Callable[[str, str], None]) -> Picker[CategoryLine]:
    """Choose a category, brand or class, or everything ('', ''): `then` gets kind and name. They are read once; the
    words typed filter what was read."""
    picker: Picker[CategoryLine] = Picker(
        parent,
        desk.theme,
        name="catalogue.pick_narrowing",
        title=tr("catalogue.narrow.pick"),
        hint=tr("catalogue.narrow.pick.search"),
        empty=tr("catalogue.narrow.pick.empty"),
        columns=(
            Column(tr("catalogue.narrow.kind.category"), lambda one: one.words, second=lambda one: one.about),
            Column(tr("catalogue.list"), lambda one: one.products, width=140, end=True, quiet=True),
        ),
        key=lambda one: (one.kind, one.name),
        tall=True,
    )
    every: list[CategoryLine] = []

    def filtered() -> None:
        words = picker.field.text().casefold().split()
        picker.show_rows(
            [one for one in every if all(word in f"{one.about} {one.words}".casefold() for word in words)]
        )

    def show(found: tuple[CategoryLine, ...]) -> None:
        every[:] = found
        if isValid(picker):  # it may have been closed meanwhile
            filtered()

    def read(connection: Connection) -> tuple[CategoryLine, ...]:
        from app.workspace.queries.catalogue import read_narrowings

        return present_narrowings(read_narrowings(connection), desk.formats)

    picker.searched.connect(lambda _words: filtered())
    picker.picked.connect(lambda line: then(line.kind, line.name))
    picker.begin()
    desk.tasks.read(read, show, key="catalogue.narrowings")
    return picker
