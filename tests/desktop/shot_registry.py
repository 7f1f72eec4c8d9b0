"""The states of which screenshots are taken. A module `shots_<subject>.py` beside this one adds its own:

    from shot_registry import Scene, shot

    @shot("accounts")                       # a rep's window; role="manager" for the manager's
    def accounts(scene: Scene) -> None:
        scene.stage.go("accounts")

Each function brings the window into the state; the picture is taken after `scene.stage.settle()`. The scenes of
one module share a company and one tablet a role, in the order of registration, so a state may build on earlier ones.
`each=True` brings the window into the state anew for every picture: sheets and panels of choices do not outlive a
new size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scene:
    """A window over a tablet of the demo company. `world.story` names accounts, products and lots to use."""

    stage: Any  # stage.Stage
    world: Any  # demo_world.DemoWorld


@dataclass(frozen=True)
class Shot:
    name: str
    role: str
    take: Callable[[Scene], object]
    each: bool = False


SHOTS: list[Shot] = []


def shot(
    name: str, *, role: str = "rep", each: bool = False
) -> Callable[[Callable[[Scene], object]], Callable[[Scene], object]]:
    """Register a state under this name."""

    def register(take: Callable[[Scene], object]) -> Callable[[Scene], object]:
        assert all(one.name != name for one in SHOTS), f"two shots are called {name}"
        SHOTS.append(Shot(name, role, take, each))
        return take

    return register
