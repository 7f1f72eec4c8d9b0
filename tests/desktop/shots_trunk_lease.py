"""States of who holds the trunk: another tablet, no tablet, this one. The last leaves it with this one."""

from __future__ import annotations

from shot_registry import Scene, shot
from shots_trunk import press
from sqlalchemy import select

from app.store import tables as t
from sync.server.feed import unit_of_work


def held_by(scene: Scene, holder: str, name: str) -> None:
    """The server says who holds the trunk."""
    with unit_of_work(scene.world.engine) as work:
        found = work.connection.execute(select(t.location).where(t.location.c.id == scene.world.story.trunk))
        [row] = found.mappings().all()
        work.put("location", [{**row, "holder": holder, "holder_name": name}])
    scene.stage.sync()
    scene.stage.go("trunk")


@shot("trunk-lease-others")
def trunk_lease_others(scene: Scene) -> None:
    held_by(scene, "another", "Tablet in the car")


@shot("trunk-lease-free")
def trunk_lease_free(scene: Scene) -> None:
    held_by(scene, "", "")


@shot("trunk-lease-asked")
def trunk_lease_asked(scene: Scene) -> None:
    press(scene, "trunk.lease.take")


@shot("trunk-lease-mine")
def trunk_lease_mine(scene: Scene) -> None:
    identity = scene.stage.workspace.identity()
    assert identity is not None
    held_by(scene, identity.device_id, "This tablet")


@shot("trunk-lease-handing")
def trunk_lease_handing(scene: Scene) -> None:
    press(scene, "trunk.lease.give_up")


@shot("trunk-lease-kept")
def trunk_lease_kept(scene: Scene) -> None:
    press(scene, "trunk.lease.give_up.no")
