"""The buttons that put a document on paper: as a file, or in a letter."""

from __future__ import annotations

from app.screens.document_parts import PageAction
from app.screens.wording import tr

PDF, MAIL = "pdf", "mail"


def actions() -> tuple[PageAction, ...]:
    """Save as PDF; hand to e-mail with the PDF attached. Anybody who sees a document may."""
    return (
        PageAction(PDF, tr("print.pdf"), "print", shortcut="Ctrl+P", short=tr("print.pdf.short")),
        PageAction(MAIL, tr("print.mail"), "mail", short=tr("print.mail.short")),
    )
