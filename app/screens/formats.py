"""Figures and dates for people, in the order and signs of their locale. Integers and ISO text in, text out; no floats.

Locale rules come from Babel (Unicode CLDR). The clock and the time zone are handed in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_decimal_symbol

from app.domain.money import UNIT, exact, minor_digits
from app.screens.wording import tr

_NONE = "–"
_CODE = re.compile(
    r"([A-Z]{3})(?=\d)"
)  # a currency without a sign: CLDR puts a blank after it, Babel does not
_KEPT = 4_096  # figures; a list that is read again for each key shows mostly the same


@dataclass(frozen=True, slots=True)
class Formats:
    """How one person reads figures. `now` answers an aware moment; `zone` None is the device's own."""

    now: Callable[[], datetime]
    locale: str = "en_US"
    zone: tzinfo | None = None
    _parsed: Locale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parsed", Locale.parse(self.locale))

    # -- figures ------------------------------------------------------------------------------------------------------

    def money(self, amount: int | None, currency: str) -> str:
        """An amount in minor units: `$1,234.50`."""
        if amount is None:
            return _NONE
        return self._money(
            Decimal(exact(amount)).scaleb(-minor_digits(currency)), currency, minor_digits(currency)
        )

    def unit_price(self, price: int | None, currency: str) -> str:
        """A unit price in 1/10,000: `$12.50`, and four digits only where they say something: `$0.0125`."""
        if price is None:
            return _NONE
        digits = minor_digits(currency)
        if exact(price) % (UNIT // 10 ** min(digits, 4)):
            digits = 4
        return self._money(Decimal(price) / UNIT, currency, digits)

    def published(self, amount: str | None, currency: str) -> str:
        """An imported figure kept as exact decimal text, shown to the minor unit."""
        if not amount:
            return _NONE
        return self._money(Decimal(amount), currency, minor_digits(currency))

    def qty(self, qty: int | None) -> str:
        """A quantity in base units: `1,200`."""
        if qty is None:
            return _NONE
        return _quantity(exact(qty), self._parsed)

    def signed(self, qty: int) -> str:
        """A difference: `+3`, `−2`, `0`."""
        return f"+{self.qty(qty)}" if exact(qty) > 0 else f"−{self.qty(-qty)}" if qty < 0 else "0"

    def percent(self, basis_points: int | None) -> str:
        """A percentage from basis points: `12.5 %` as the locale writes it."""
        if basis_points is None:
            return _NONE
        return self._share(Decimal(exact(basis_points)) / 10_000, "#,##0.##")

    def rate(self, ppm: int) -> str:
        """A tax rate from parts per million: `8.875%`."""
        return self._share(Decimal(exact(ppm)) / 1_000_000, "#,##0.####")

    def _share(self, share: Decimal, figure: str) -> str:
        pattern = self._parsed.percent_formats[None].pattern.replace("#,##0", figure)
        return str(format_percent(share, format=pattern, locale=self._parsed)).replace("-", "−")

    def _money(self, amount: Decimal, currency: str, digits: int) -> str:
        return _amount(amount, currency, digits, self._parsed)

    # -- dates --------------------------------------------------------------------------------------------------------

    def date(self, iso: str | None) -> str:
        """A day: `Nov 23, 2026`."""
        return (
            _NONE
            if not iso
            else str(format_date(dt.date.fromisoformat(iso[:10]), "medium", locale=self._parsed))
        )

    def long_date(self, iso: str) -> str:
        """A day with its weekday: `Monday, November 23, 2026`."""
        return str(format_date(dt.date.fromisoformat(iso[:10]), "full", locale=self._parsed))

    def day_and_month(self, iso: str | None) -> str:
        """A day of this year without its year: `Nov 23`; another year's whole."""
        if not iso:
            return _NONE
        day = dt.date.fromisoformat(iso[:10])
        if day.year != self._today().year:
            return self.date(iso)
        return str(format_skeleton("MMMd", day, locale=self._parsed))

    def clock(self, moment: str | None) -> str:
        """The time of day of a moment (ISO, aware): `14:05`; another day's with its date."""
        if not moment:
            return _NONE
        local = self._local(moment)
        time = str(format_time(local, "HH:mm", locale=self._parsed))
        if local.date() == self._today():
            return time
        return f"{self.day_and_month(local.date().isoformat())}, {time}"

    def moment(self, moment: str | None) -> str:
        """The day and the time of day of a moment (ISO, aware): `Nov 23, 2026, 14:05`."""
        if not moment:
            return _NONE
        local = self._local(moment)
        time = str(format_time(local, "HH:mm", locale=self._parsed))
        return f"{self.date(local.date().isoformat())}, {time}"

    def age(self, when: str | None) -> str:
        """How old a fact is: `14:05` today, `yesterday`, `3 days ago`, then the date. Takes a day or a moment."""
        if not when:
            return tr("age.unknown")
        moment = len(when) > 10
        day = self._local(when).date() if moment else dt.date.fromisoformat(when)
        days = (self._today() - day).days
        if days == 0:
            return self.clock(when) if moment else tr("age.today")
        if days == 1:
            return tr("age.yesterday")
        if 1 < days <= 30:
            return tr("age.days_ago", count=days)
        return self.date(day.isoformat())

    def as_of(self, when: str | None) -> str:
        """`as of 14:05`, `as of yesterday`, `as of 3 days ago`."""
        return tr("age.as_of", when=self.age(when))

    def until(self, iso: str | None) -> str:
        """How far off a day is: `today`, `in 12 days`, `4 days ago`."""
        if not iso:
            return _NONE
        days = (dt.date.fromisoformat(iso[:10]) - self._today()).days
        if days == 0:
            return tr("age.today")
        return tr("age.in_days", count=days) if days > 0 else tr("age.days_ago", count=-days)

    def today(self) -> str:
        """The day it is (ISO)."""
        return self._today().isoformat()

    def _today(self) -> dt.date:
        return self.now().astimezone(self.zone).date()

    def _local(self, moment: str) -> datetime:
        return datetime.fromisoformat(moment).astimezone(self.zone)


@lru_cache(_KEPT)
def _quantity(qty: int, locale: Locale) -> str:
    return str(format_decimal(qty, format="#,##0", locale=locale)).replace("-", "−")


@lru_cache(_KEPT)
def _amount(amount: Decimal, currency: str, digits: int, locale: Locale) -> str:
    pattern = locale.currency_formats["standard"].pattern
    whole, _, rest = pattern.partition(".00")
    pattern = f"{whole}{'.' + '0' * digits if digits else ''}{rest}"
    text = format_currency(amount, currency, format=pattern, locale=locale, currency_digits=False)
    return _CODE.sub("\\1\u00a0", str(text)).replace("-", "−")


def decimals(words: str, locale: str) -> int:
    """How many digits stand behind the decimal point of a figure; none in other words, and where there is no point."""
    found = _tail(locale).search(words)
    return len(found[1]) if found else 0


@lru_cache
def _tail(locale: str) -> re.Pattern[str]:
    return re.compile(rf"\d{re.escape(get_decimal_symbol(Locale.parse(locale, sep='_')))}(\d+)\D*$")
