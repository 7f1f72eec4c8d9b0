"""Everything between the tablets and the server: messages in flight, and what may happen to them.

Virtual time only: each message has a moment at which it arrives, the next one is the earliest. A tablet gives up on a
reply after `PATIENCE` seconds; what comes later, or a second time, meets a server or a tablet that has moved on.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sim_server import Reply
from sim_tablet import Asked

PATIENCE = 25.0  # seconds
REQUEST, REPLY, TIMEOUT = "request", "reply", "timeout"
FAULTS = (
    "request_dropped",
    "reply_dropped",
    "request_doubled",
    "request_late",
    "slow",
    "reply_truncated",
    "reply_cut",
    "captive_portal",
    "busy",
    "bad_gateway",
)
PORTAL = Reply(200, b"<html><body>Welcome to our airport. Please sign in.</body></html>", "text/html")
GATEWAY = Reply(502, b"<html>502 Bad Gateway</html>", "text/html")


@dataclass(order=True, slots=True)
class Message:
    """`talk` is the number the tablet waits for; 0 when nobody waits for the reply."""

    due: float
    number: int
    kind: str = field(compare=False)
    tablet: str = field(compare=False)
    talk: int = field(compare=False)
    asked: Asked = field(compare=False)
    reply: Reply | None = field(compare=False, default=None)


@dataclass(slots=True)
class Network:
    """`rates` are chances of each fault, in percent; `happened` is told of each that strikes."""

    dice: random.Random
    rates: dict[str, float]
    happened: Callable[[str], None]
    flying: list[Message] = field(default_factory=list)
    _number: int = 0

    def strikes(self, fault: str) -> bool:
        """Whether this fault strikes now."""
        rate = self.rates.get(fault, 0.0)
        if rate <= 0 or self.dice.random() * 100 >= rate:
            return False
        self.happened(fault)
        return True

    def send(self, tablet: str, talk: int, asked: Asked, now: float) -> None:
        """Put a request onto the network."""
        self._put(now + PATIENCE, TIMEOUT, tablet, talk, asked)
        if self.strikes("request_dropped"):
            return
        due = now + self._takes()
        self._put(due, REQUEST, tablet, talk, asked)
        if self.strikes("request_doubled"):
            self._put(due + self.dice.random() * 3, REQUEST, tablet, 0, asked)
        if self.strikes("request_late"):
            self._put(due + self.dice.choice((60.0, 600.0, 3_000.0)), REQUEST, tablet, 0, asked)

    def on_the_way(self) -> Reply | None:
        """What somebody between them answers instead of the server."""
        if self.strikes("captive_portal"):
            return PORTAL
        if self.strikes("bad_gateway"):
            return GATEWAY
        if self.strikes("busy"):
            return Reply(self.dice.choice((429, 503)), b"busy", "text/plain", self.dice.choice((None, 3, 40)))
        return None

    def send_back(self, to: Message, reply: Reply | None, now: float) -> None:
        """Put a reply onto the network; None is a connection refused or closed."""
        if to.talk == 0 or self.strikes("reply_dropped"):
            return
        if reply is not None and reply.body and self.strikes("reply_truncated"):
            reply = replace(reply, body=reply.body[: self.dice.randrange(len(reply.body))])
        elif reply is not None and reply.body and self.strikes("reply_cut"):
            reply = replace(reply, body=reply.body[: self.dice.randrange(len(reply.body))], cut=True)
        self._put(now + self._takes(), REPLY, to.tablet, to.talk, to.asked, reply)

    def next(self) -> Message | None:
        """The message that arrives first; None when nothing is in flight."""
        return heapq.heappop(self.flying) if self.flying else None

    def heal(self) -> None:
        """No more faults; what is in flight still arrives."""
        self.rates = {}

    def _takes(self) -> float:
        if self.strikes("slow"):
            return self.dice.choice((5.0, 20.0, 40.0, 90.0))
        return 0.05 + self.dice.random()

    def _put(
        self, due: float, kind: str, tablet: str, talk: int, asked: Asked, reply: Reply | None = None
    ) -> None:
        self._number += 1
        heapq.heappush(self.flying, Message(due, self._number, kind, tablet, talk, asked, reply))
