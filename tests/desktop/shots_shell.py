"""States of the frame, of signing in, and of Today, Sync and Settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shot_registry import Scene, shot
from sqlalchemy import select

from app.desktop.compose import Who
from app.desktop.opening import OpeningPage
from app.desktop.screens.locked import LockedPage
from app.desktop.screens.sign_in import FirstLoadPage, SignInPage
from app.domain.commands import ClaimStock, QuoteLine, SetAccountStatus, SubmitQuote
from app.domain.parties import Person
from app.screens.locked import present_locked
from app.screens.sign_in import Loading, Trouble
from app.screens.wording import tr
from app.store import tables as t
from app.store.engine import reading
from app.workspace.queries.quoting import priced
from app.workspace.rows.quote_draft import DraftLine
from sync.server.apply import perform_here

OFFICE = Person("office", "operations", ("*",))


@shot("sign-in")
def sign_in(scene: Scene) -> None:
    page = SignInPage(scene.stage.theme)
    page.begin(server="https://trunkline.example.com", user="david8")
    scene.stage.window.show_page(page)


@shot("sign-in-wrong")
def sign_in_wrong(scene: Scene) -> None:
    page = SignInPage(scene.stage.theme)
    page.begin(server="https://trunkline.example.com", user="david8", again=True)
    page.show_trouble(
        Trouble(
            tr("sign_in.code.bad_credentials"),
            tr("sign_in.code.bad_credentials.helps"),
            "password",
        )
    )
    scene.stage.window.show_page(page)


@shot("sign-in-missing")
def sign_in_missing(scene: Scene) -> None:
    page = SignInPage(scene.stage.theme)
    page.begin(server="https://trunkline.example.com")
    page.button.click()
    scene.stage.window.show_page(page)


@shot("opening")
def opening(scene: Scene) -> None:
    scene.stage.window.show_page(OpeningPage())


@shot("first-load-begins")
def first_load_begins(scene: Scene) -> None:
    page = FirstLoadPage(scene.stage.theme)
    words = tr("sign_in.loading.offline")
    done = tr("sign_in.loading.rows", what=tr("bucket.terr"), done="12", total="80")
    page.show_loading(Loading(tr("sign_in.loading"), done, 12, 80, words, may_start=False, finished=False))
    scene.stage.window.show_page(page)


@shot("first-load")
def first_load(scene: Scene) -> None:
    page = FirstLoadPage(scene.stage.theme)
    page.show_loading(
        Loading(
            tr("sign_in.loading"),
            tr("sign_in.loading.rows", what=tr("bucket.pl"), done="8,412", total="12,915"),
            8412,
            12915,
            "",
            may_start=True,
            finished=False,
        )
    )
    scene.stage.window.show_page(page)


def locked_page(scene: Scene, **how: Any) -> None:
    page = LockedPage(scene.stage.theme)
    server = "https://trunkline.example.com"
    page.show_locked(present_locked(server, **how), Who(server, "david8"))
    scene.stage.window.show_page(page)


@shot("locked")
def locked(scene: Scene) -> None:
    locked_page(scene, refused=True)


@shot("locked-wiped")
def locked_wiped(scene: Scene) -> None:
    folder = "/home/david/trunkline"
    locked_page(scene, sealed=f"{folder}/0197a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b-20261123T090000000000.sealed")


@shot("today-clear")
def today_clear(scene: Scene) -> None:
    scene.stage.window.back_to_desk()
    scene.stage.go("today")


@shot("sync-clear")
def sync_clear(scene: Scene) -> None:
    scene.stage.go("sync")


@shot("settings")
def settings(scene: Scene) -> None:
    scene.stage.go("settings")


@shot("today")
def today(scene: Scene) -> None:
    """A morning's work: one inside the limits, one above them, one that the office refuses; two more not sent."""
    stage, story = scene.stage, scene.world.story
    submit(scene, story.account, 0)
    submit(scene, story.account, 2500)
    hold = SetAccountStatus(
        op_id=scene.world.new_id(),
        actor=OFFICE.id,
        business_date="2026-11-23",
        account_id=story.account_to_hold,
        status="on_hold",
        reason="Three invoices more than 60 days overdue",
    )
    perform_here(scene.world.engine, OFFICE, hold, now=stage.workspace.now)
    submit(scene, story.account_to_hold, 0)
    stage.sync()
    submit(scene, story.account, 500)
    stage.go("today")


@shot("sync")
def sync(scene: Scene) -> None:
    scene.stage.go("sync")


def with_view(scene: Scene, **changes: Any) -> None:
    """The Sync page as if sync stood otherwise."""
    loop = scene.stage.tasks.loop
    loop.view = replace(loop.view, **changes)
    scene.stage.tasks.sync_moved.emit(loop.view)
    scene.stage.go("sync")


@shot("sync-offline")
def sync_offline(scene: Scene) -> None:
    with_view(scene, state="offline", since="2026-11-23T13:05:00+00:00", waiting=3, skew_seconds=-840)


@shot("sync-signed-out")
def sync_signed_out(scene: Scene) -> None:
    with_view(scene, state="signed_out", since=None, skew_seconds=0)


@shot("sync-loading")
def sync_loading(scene: Scene) -> None:
    with_view(
        scene,
        state="syncing",
        loading=True,
        what="g:catalog",
        done=8412,
        total=12915,
        seconds_left=12,
        waiting=0,
    )


@shot("sync-revoked")
def sync_revoked(scene: Scene) -> None:
    with_view(scene, state="needs_you", problem="revoked", loading=False, seconds_left=None)


@shot("today-manager", role="manager")
def today_manager(scene: Scene) -> None:
    scene.stage.sync()
    scene.stage.go("today")


@shot("bad-news")
def bad_news(scene: Scene) -> None:
    stage = scene.stage
    stage.go("today")
    stage.window.bad_news.say(
        tr("bad.bug", what="1: '2'"),
        "report",
    )
    stage.window.toast(tr("toast.saved", count=2), tone="ok")


@shot("after-bad-news")
def after_bad_news(scene: Scene) -> None:
    """The same without it, for whoever comes next."""
    scene.stage.window.bad_news.hide()
    scene.stage.window.toast_line.hide()
    scene.stage.go("today")


def submit(scene: Scene, account_id: str, discount: int) -> None:
    """Submit a quote of two lines at the price shown, through the desk."""
    stage, story = scene.stage, scene.world.story
    asked = tuple(DraftLine(product_id, 6, discount) for product_id in story.quote_products[:2])
    with reading(stage.workspace.reader) as connection:
        shown = priced(connection, account_id, asked, "2026-11-23")

    def build(workspace: Any) -> SubmitQuote:
        return SubmitQuote(
            op_id=workspace.new_id(),
            actor=stage.desk.user.user_id,
            business_date=workspace.today(),
            quote_id=workspace.new_id(),
            number=workspace.next_number(),
            revision=1,
            account_id=account_id,
            ship_to_id=story.ship_to[account_id],
            currency=shown.currency,
            po_number="",
            note="",
            lines=tuple(
                QuoteLine(
                    product_id=line.product_id, qty=line.qty, discount_bp=line.discount_bp, shown_price=price
                )
                for line, price in zip(asked, shown.shown, strict=True)
            ),
        )

    stage.desk.perform(build, None)
    stage.settle()


@shot("today-claims")
def today_claims(scene: Scene) -> None:
    """The office claims three lots of the trunk: recalled, asked back, and more than there is."""
    stage, trunk = scene.stage, scene.world.story.trunk
    with reading(scene.world.engine) as connection:
        held = connection.execute(
            select(t.balance)
            .where(t.balance.c.location_id == trunk, t.balance.c.qty > 1, t.balance.c.lot_id != "")
            .order_by(t.balance.c.id)
            .limit(3)
        ).all()
        dc = connection.execute(select(t.location.c.id).where(t.location.c.kind == "dc")).scalars().first()
    for one, kind, more in zip(held, ("recall", "return", "recall"), (0, 0, 2), strict=True):
        claim = ClaimStock(
            op_id=scene.world.new_id(),
            actor=OFFICE.id,
            business_date="2026-11-23",
            claim_id=scene.world.new_id(),
            location_id=trunk,
            product_id=one.product_id,
            lot_id=one.lot_id,
            qty=one.qty + more,
            kind=kind,
            to_location=str(dc) if kind == "return" else "",
            reason="The seal of this batch may leak",
        )
        perform_here(scene.world.engine, OFFICE, claim, now=stage.workspace.now)
    stage.sync()
    stage.go("today")
