"""At the customer's: sign, note a visit, keep a product at hand; each intention as a command, its ids made here."""

from __future__ import annotations

from app.domain.commands import MarkFavourite, RecordVisit, SignDocument
from app.workspace.rows.signatures import ToSign
from app.workspace.workspace import NotEnrolled, Workspace


def sign_document(
    workspace: Workspace, shown: ToSign, *, signer: str, strokes: str = "", signed_at: str = ""
) -> SignDocument:
    """The customer signed what was shown (queries.signatures.to_sign). `strokes` as app.domain.strokes writes them;
    `signed_at` when the pen was lifted (ISO with offset), now where it is not given."""
    op_id, actor, day = _who(workspace)
    return SignDocument(
        op_id=op_id,
        actor=actor,
        business_date=day,
        signature_id=op_id,
        document=shown.document,
        document_id=shown.document_id,
        revision=shown.revision,
        signer=signer.strip(),
        meaning=shown.meaning,
        signed_at=signed_at or workspace.now().astimezone().isoformat(timespec="seconds"),
        strokes=strokes,
        digest=shown.digest,
    )


def record_visit(workspace: Workspace, account_id: str, note: str, next_on: str = "") -> RecordVisit:
    """A visit of today; `next_on` is the ISO day to come again, '' for none."""
    op_id, actor, day = _who(workspace)
    return RecordVisit(
        op_id=op_id,
        actor=actor,
        business_date=day,
        visit_id=op_id,
        account_id=account_id,
        note=note.strip(),
        next_on=next_on,
    )


def mark_favourite(workspace: Workspace, product_id: str, favourite: bool) -> MarkFavourite:
    """Keep a product among the favourites, or no more."""
    op_id, actor, day = _who(workspace)
    return MarkFavourite(
        op_id=op_id, actor=actor, business_date=day, product_id=product_id, favourite=favourite
    )


def _who(workspace: Workspace) -> tuple[str, str, str]:
    """(a new op id, the user, the business date)."""
    identity = workspace.identity()
    if identity is None:
        raise NotEnrolled("this device has not signed in yet")
    return workspace.new_id(), identity.user_id, workspace.today()
