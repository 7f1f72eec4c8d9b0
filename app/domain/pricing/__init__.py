"""Price: one function that explains itself (DOMAIN.md §2).

Layers are asked most specific first: contract of the customer, of its owner group, of its purchasing group, then the
price lists. Company policy says which of those with a price wins; every layer that lost says why. Then the offers, the
rep's discount, the floor. The same trace is shown on the tablet, in the approval and by the server.

Start reading in `book`: a `PriceBook` is made once for a document and prices its lines. `steps` is what an answer is
made of, `layers` and `contracts` say what applies to whom, `offers` and `floors` what comes after.
"""

from app.domain.pricing.book import PriceBook, price
from app.domain.pricing.floors import Broken
from app.domain.pricing.steps import (
    CONTRACT_RULES,
    LONGEST,
    RULE_VERSION,
    RULES,
    TRACES,
    WHY,
    Price,
    Step,
    Unpriced,
    explains,
    fitting,
    read_trace,
    stored,
)

__all__ = [
    "CONTRACT_RULES",
    "LONGEST",
    "RULES",
    "RULE_VERSION",
    "TRACES",
    "WHY",
    "Broken",
    "Price",
    "PriceBook",
    "Step",
    "Unpriced",
    "explains",
    "fitting",
    "price",
    "read_trace",
    "stored",
]
