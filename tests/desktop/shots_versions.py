"""States of a draft that was written on two tablets of one rep: the way to its versions, and the sheet."""

from __future__ import annotations

from dataclasses import replace

from shot_registry import Scene, shot
from shots_quotes import tap

from app.store.engine import reading
from app.workspace import drafting, sharing
from app.workspace.queries.quotes import drafts
from app.workspace.rows.quote_draft import DraftLine
from sync.client.turn import run_turn


@shot("versions-two")
def two_versions(scene: Scene) -> None:
    story, here = scene.world.story, scene.stage.workspace
    there, api = scene.world.tablet(story.rep)
    one, other, more = (DraftLine(product_id, 2, 0) for product_id in story.quote_products[:3])
    begun = drafting.start(here, story.account, (one, other))
    sharing.share(here, begun.id)
    run_turn(here, scene.stage.api)
    run_turn(there, api)
    with reading(there.engine) as connection:
        theirs = drafts(connection)[0]
    changed = replace(
        theirs, note="They want it before the weekend", lines=(replace(one, qty=5), other, more)
    )
    drafting.keep(there, changed)
    sharing.share(there, theirs.id)
    run_turn(there, api)
    with reading(here.engine) as connection:
        mine = drafts(connection)[0]
    drafting.keep(here, replace(mine, po_number="PO 2231", lines=(replace(one, discount_bp=500), other)))
    sharing.share(here, mine.id)
    run_turn(here, scene.stage.api)
    scene.stage.go("quotes", draft_id=mine.id)


@shot("versions-sheet", each=True)
def sheet(scene: Scene) -> None:
    tap(scene, "quote.versions")
