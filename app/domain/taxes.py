"""Tax of a line: by where it is shipped to and what it is, less what a certificate frees (DOMAIN.md §2)."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.catalog import TaxExemption, TaxRate
from app.domain.facts import Facts
from app.domain.money import divide

PPM = 1_000_000  # a rate of one hundred per cent
ANY_CLASS = "*"


@dataclass(frozen=True, slots=True)
class Tax:
    """`amount` in minor units, the rates that made it and the certificates that freed the line from others.

    `known` is False where the country is taxed and no rate of it is for this place, class and day.
    """

    amount: int
    rates: tuple[TaxRate, ...] = ()
    exemptions: tuple[TaxExemption, ...] = ()
    known: bool = True


def tax(extended: int, product_class: str, *, day: str, facts: Facts) -> Tax:
    """The tax on a line of `extended` minor units on `day` (ISO), rounded once, half away from zero.

    All rates of the ship-to's country and of its state add up; a class's own rate stands in for the '*' of the same
    place and name. Without a ship-to, or where the company keeps no rates of the country, there is nothing to say.
    """
    ship_to = facts.ship_to.value
    if ship_to is None:
        return Tax(0)
    taxed = [one for one in facts.tax_rates if one.country == ship_to.country]
    if not taxed:
        return Tax(0)
    chosen: dict[tuple[str, str], TaxRate] = {}
    for one in taxed:
        here = one.state in ("", ship_to.state) and one.product_class in (ANY_CLASS, product_class)
        if here and _on(one, day):
            place = (one.state, one.name)
            if place not in chosen or _strength(chosen[place]) < _strength(one):
                chosen[place] = one
    if not chosen:
        return Tax(0, known=False)
    due: list[TaxRate] = []
    freed: set[TaxExemption] = set()
    for place in sorted(chosen):
        rate = chosen[place]
        certificates = [one for one in facts.tax_exemptions if _frees(one, rate, product_class, day, facts)]
        if certificates:
            freed.add(min(certificates, key=lambda one: one.id))
        else:
            due.append(rate)
    amount = divide(extended * sum(one.rate_ppm for one in due), PPM)
    return Tax(amount, tuple(due), tuple(sorted(freed, key=lambda one: one.id)))


def _on(one: TaxRate | TaxExemption, day: str) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


def _strength(one: TaxRate) -> tuple[bool, str, str]:
    """A class's own rate before '*', then the later one."""
    return one.product_class != ANY_CLASS, one.valid_from, one.id


def _frees(one: TaxExemption, rate: TaxRate, product_class: str, day: str, facts: Facts) -> bool:
    """Whether a certificate frees from a rate. One for a state frees from that state's taxes alone."""
    account, ship_to = facts.account.value, facts.ship_to.value
    return (
        account is not None
        and ship_to is not None
        and one.account_id == account.id
        and one.ship_to_id in ("", ship_to.id)
        and one.country == rate.country
        and one.state in ("", rate.state)
        and one.product_class in (ANY_CLASS, product_class)
        and _on(one, day)
    )
