"""A new envelope: for whom, for what, up to how much, and until when."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.cells import FIGURES
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.days import DayField
from app.desktop.widgets.fields import Labelled, button, label
from app.desktop.widgets.panel import Card, Scroll, clear, column, row
from app.desktop.widgets.side_findings import SideFindings
from app.desktop.widgets.table import Column
from app.desktop.widgets.type_ahead import TypeAhead
from app.domain.days import plus_days
from app.domain.facts import Policy
from app.screens.envelopes import GrantCheck, GrantForm, check
from app.screens.findings import FindingWords
from app.screens.quote_editor import about_account
from app.screens.wording import tr
from app.workspace.queries.quoting import find_accounts
from app.workspace.rows.envelopes import GrantChoices
from app.workspace.rows.quoting import AccountChoice

_WIDTH, _ACROSS = 800, 3
_DAYS = 29  # thirty days with both ends


class GrantPage(QWidget):
    """`granted` carries the fields of a GrantEnvelope but who, when and which; `closed` = not now. What was typed stays
    until it is granted."""

    granted = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("grant")
        self.desk = desk
        self._choices = GrantChoices((), (), (), Policy())
        self._accounts: dict[str, str] = {}
        self._classes: dict[str, QCheckBox] = {}
        self._tried = False
        self._make_people()
        self._make_figures()
        self._make_foot()
        self._arrange()
        self.forget()

    # -- showing ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """It comes into sight."""
        self.holder.setFocus()
        self._check()

    def forget(self) -> None:
        """Start anew: it was granted."""
        day = self.desk.today()
        self._tried, self._accounts = False, {}
        self.holder.setCurrentIndex(-1)
        for box in self._classes.values():
            box.setChecked(False)
        for field in (self.discount, self.max_amount, self.budget):
            field.clear()
        self.first.set_iso(day)
        self.last.set_iso(plus_days(day, _DAYS))
        self.findings.show_findings(())
        self._show_accounts()
        self._check()

    def show_choices(self, choices: GrantChoices) -> None:
        """What there is to choose from; what is chosen stays."""
        if choices == self._choices:
            return
        self._choices = choices
        for combo, rows in (
            (self.holder, choices.reps),
            (self.currency, tuple((one, one) for one in choices.currencies)),
        ):
            chosen = combo.currentData()
            combo.clear()
            for key, words in rows:
                combo.addItem(words, key)
            combo.setCurrentIndex(combo.findData(chosen) if chosen else -1 if combo is self.holder else 0)
        self._currency_field.setVisible(len(choices.currencies) > 1)
        self._show_classes()
        self._check()

    def show_findings(self, findings: tuple[FindingWords, ...]) -> None:
        """What the rules said to it."""
        self.findings.show_findings(findings)

    def _show_classes(self) -> None:
        chosen = {name for name, box in self._classes.items() if box.isChecked()}
        clear(self._class_grid)
        self._classes = {}
        for at, name in enumerate(self._choices.product_classes):
            box = QCheckBox(name)
            box.setObjectName(f"grant.class.{at}")
            box.setAccessibleName(name)
            box.setChecked(name in chosen)
            box.toggled.connect(lambda _on: self._check())
            self._classes[name] = box
            self._class_grid.addWidget(box, at // _ACROSS, at % _ACROSS)

    def _show_accounts(self) -> None:
        clear(self._account_rows)
        for at, (account_id, name) in enumerate(self._accounts.items()):
            line = row()
            line.addWidget(label(name, name=f"grant.account.{at}"), 1)
            off = button(
                tr("grant.account.remove"), name=f"grant.account.{at}.remove", kind="quiet", icon="close",
                theme=self.desk.theme,
            )  # fmt: skip
            off.setAccessibleName(tr("grant.account.remove_of", account=name))
            off.clicked.connect(lambda _checked=False, key=account_id: self._drop_account(key))
            line.addWidget(off)
            self._account_rows.addLayout(line)
        self.every_account.setVisible(not self._accounts)

    def _on_account(self, chosen: AccountChoice) -> None:
        self._accounts[chosen.id] = chosen.name
        self._show_accounts()

    def _drop_account(self, account_id: str) -> None:
        self._accounts.pop(account_id, None)
        self._show_accounts()

    def _find(self, words: str) -> None:
        self.desk.tasks.read(
            lambda connection: find_accounts(connection, words),
            self.account.show_choices,
            key="grant.accounts",
        )

    # -- checking and granting ----------------------------------------------------------------------------------------

    def form(self) -> GrantForm:
        """What stands in the fields."""
        return GrantForm(
            holder=str(self.holder.currentData() or ""),
            product_classes=tuple(name for name, box in self._classes.items() if box.isChecked()),
            currency=str(self.currency.currentData() or ""),
            discount=self.discount.text(),
            max_amount=self.max_amount.text(),
            budget=self.budget.text(),
            valid_from=self.first.iso(),
            valid_to=self.last.iso(),
        )

    def _check(self) -> GrantCheck:
        """What is wrong is said once somebody has tried, from then on while typing."""
        found = check(
            self.form(), self.desk.user.role, self._choices.limits, self.desk.today(), self.desk.formats
        )
        self.limit.setText(found.limit)
        for name, field in self._fields.items():
            field.wrong(found.wrong.get(name, "") if self._tried else "")
        return found

    def _grant(self) -> None:
        self._tried = True
        found, form = self._check(), self.form()
        if found.wrong:
            first = next(name for name in self._fields if name in found.wrong)
            self._inputs[first].setFocus()
            return
        self.granted.emit(
            {
                "holder": form.holder,
                "account_ids": tuple(self._accounts),
                "product_classes": form.product_classes,
                "currency": form.currency,
                "max_discount_bp": found.max_discount_bp,
                "max_amount": found.max_amount,
                "budget": found.budget,
                "valid_from": form.valid_from,
                "valid_to": form.valid_to,
            }
        )

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_people(self) -> None:
        self.holder, self.currency = Combo(), Combo()
        self.holder.setObjectName("grant.holder")
        self.holder.setPlaceholderText(tr("grant.choose"))
        self.currency.setObjectName("grant.currency")
        for combo in (self.holder, self.currency):
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            combo.activated.connect(lambda _at: self._check())
        self.account: TypeAhead[AccountChoice] = TypeAhead(
            self.desk.theme,
            (Column("", lambda one: one.name, strong=True, second=about_account),),
            name="grant.account",
            hint=tr("grant.account.find"),
            key=lambda one: one.id,
            spoken=lambda one: f"{one.name}, {about_account(one)}",
            nothing=tr("quote_editor.no_account_found"),
        )
        self.account.asked.connect(self._find)
        self.account.picked.connect(self._on_account)
        self.every_account = label(tr("grant.every_account"), "muted", name="grant.every_account")
        self._account_rows = column(gap=4)
        self._class_grid = QGridLayout()
        self._class_grid.setHorizontalSpacing(2 * GRID)
        self._class_grid.setVerticalSpacing(GRID)

    def _make_figures(self) -> None:
        self.discount, self.max_amount, self.budget = QLineEdit(), QLineEdit(), QLineEdit()
        for name, field in (
            ("discount", self.discount),
            ("max_amount", self.max_amount),
            ("budget", self.budget),
        ):
            field.setObjectName(f"grant.{name}")
            field.setMaxLength(20)
            field.setAlignment(FIGURES)
            field.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
            field.textEdited.connect(lambda _text: self._check())
        self.limit = label("", "muted", name="grant.limit", wrap=True)
        self.first = DayField(self.desk.theme, name="grant.first", label=tr("grant.first"))
        self.last = DayField(self.desk.theme, name="grant.last", label=tr("grant.last"))
        for day in (self.first, self.last):
            day.dateChanged.connect(lambda _day: self._check())
        self._currency_field = Labelled(tr("grant.currency"), self.currency, name="grant.currency.field")
        self._fields = {
            "holder": Labelled(tr("grant.holder"), self.holder, name="grant.holder.field"),
            "discount": Labelled(tr("grant.discount"), self.discount, name="grant.discount.field"),
            "max_amount": Labelled(tr("grant.max_amount"), self.max_amount, name="grant.max_amount.field"),
            "budget": Labelled(tr("grant.budget"), self.budget, name="grant.budget.field"),
            "days": Labelled(tr("grant.last"), self.last, name="grant.last.field"),
        }
        self._inputs: dict[str, QWidget] = {
            "holder": self.holder,
            "discount": self.discount,
            "max_amount": self.max_amount,
            "budget": self.budget,
            "days": self.last,
        }

    def _make_foot(self) -> None:
        self.findings = SideFindings(self.desk.theme, name="grant.findings")
        self.cancel = button(tr("grant.cancel"), name="grant.cancel")
        self.cancel.setShortcut("Esc")
        self.cancel.clicked.connect(self.closed)
        self.grant = button(
            tr("grant.grant"),
            name="grant.grant",
            kind="primary",
            icon="ok",
            theme=self.desk.theme,
            shortcut="Ctrl+Return",
        )
        self.grant.clicked.connect(self._grant)

    def _arrange(self) -> None:
        card = Card(name="grant.card", gap=12)
        card.body.addWidget(label(tr("grant.head"), "head"))
        card.body.addWidget(label(tr("grant.how"), "muted", wrap=True))
        first = row(gap=12)
        first.addWidget(self._fields["holder"], 2)
        first.addWidget(self._currency_field, 1)
        card.body.addLayout(first)
        figures = row(gap=12)
        for name in ("discount", "max_amount", "budget"):
            figures.addWidget(self._fields[name], 1, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(figures)
        card.body.addWidget(self.limit)
        days = row(gap=12)
        first_day = Labelled(tr("grant.first"), self.first, name="grant.first.field")
        for part in (first_day, self._fields["days"]):
            days.addWidget(part, 1, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(days)
        card.body.addWidget(label(tr("grant.classes"), "small"))
        card.body.addLayout(self._class_grid)
        card.body.addWidget(label(tr("grant.accounts"), "small"))
        card.body.addLayout(self._account_rows)
        card.body.addWidget(self.every_account)
        card.body.addWidget(self.account)
        card.setMaximumWidth(_WIDTH)
        scroll = Scroll(name="grant.scroll", margin=0)
        scroll.body.addWidget(card)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.findings)
        foot = row()
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.grant)
        whole.addLayout(foot)
