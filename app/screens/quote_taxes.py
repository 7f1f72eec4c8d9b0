"""Tax in words: what is put on top of a quote, and what a certificate frees it from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.taxes import Tax
from app.screens.formats import Formats
from app.screens.wording import tr


@dataclass(frozen=True, slots=True)
class TaxWords:
    """`names` are the rates that made it (`State tax 6.5%`), `notes` what is freed, and what no rate is known for."""

    names: str
    notes: str


def in_words(taxes: Iterable[Tax], formats: Formats) -> TaxWords | None:
    """The taxes of the lines of one document; None where there is nothing to say of tax."""
    found = tuple(taxes)
    rates = {(one.name, one.rate_ppm) for tax in found for one in tax.rates}
    freed = {one.id: one for tax in found for one in tax.exemptions}
    if not rates and not freed and all(tax.known for tax in found):
        return None
    names = " + ".join(tr("quote_tax.rate", name=name, rate=formats.rate(ppm)) for name, ppm in sorted(rates))
    notes = [
        tr("quote_tax.exempt.until", certificate=one.certificate, day=formats.date(one.valid_to))
        if one.valid_to
        else tr("quote_tax.exempt", certificate=one.certificate)
        for _id, one in sorted(freed.items())
    ]
    if any(not tax.known for tax in found):
        notes.append(tr("quote_tax.unknown"))
    return TaxWords(names, "\n".join(notes))
