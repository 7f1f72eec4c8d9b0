"""How a run of mutated messages is told: progress, findings by kind with the numbers to replay them, memory."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_GROWTH = 200.0  # MiB from when it is warm
WARM = 1_000  # messages
EVERY = 1_000


def memory() -> float:
    """MiB that this process has in memory; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / (1 << 20) if status.exists() else 0.0


@dataclass
class Report:
    """`told` gets lines. A finding has the number of its message: the same seed and number is the same message."""

    name: str
    told: Callable[[str], None]
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: dict[str, list[int]] = field(default_factory=dict)
    done: int = 0
    warm: float = 0.0
    grown: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def message(self, outcome: str) -> None:
        self.done += 1
        self.outcomes[outcome] += 1
        if self.done % 200 == 0:
            if self.done == WARM:
                self.warm = memory()
            elif self.warm:
                self.grown = max(self.grown, memory() - self.warm)
        if self.done % EVERY == 0:
            rate = self.done / (time.monotonic() - self.began)
            self.told(
                f"{self.name}: {self.done} messages, {rate:.0f}/s, {len(self.findings)} kinds of findings, "
                f"{memory():.0f} MiB"
            )

    def found(self, number: int, what: str, error: BaseException | None = None) -> None:
        if error is not None:
            place = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{what}: {type(error).__name__} in {Path(place.filename).name}:{place.lineno} {str(error)[:160]}"
        kind = what[:220]
        if kind not in self.findings:
            self.told(f"FOUND in {self.name}, message {number}: {what}")
        self.findings.setdefault(kind, []).append(number)

    def result(self) -> dict[str, Any]:
        if self.grown > MOST_GROWTH:
            self.found(0, f"memory grew by {self.grown:.0f} MiB")
        return {
            "messages": self.done,
            "findings": sum(map(len, self.findings.values())),
            "kinds": {kind: numbers[:5] for kind, numbers in self.findings.items()},
            "outcomes": dict(sorted(self.outcomes.items())),
            "memory_grown_mib": round(self.grown, 1),
            "per_second": round(self.done / max(0.001, time.monotonic() - self.began)),
        }
