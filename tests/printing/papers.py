"""`make papers`: each page of every kind of paper as a picture in build/papers, all of them on contact sheets, and
whether every line's words come out of the PDF again in their order; exit 1 when one does not.

    papers.py [NAME ...]     only the kinds whose names begin so
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["TZ"] = "UTC"
HOUSE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOUSE), str(Path(__file__).parent), str(HOUSE / "tests")]

import contact_sheet  # noqa: E402  (the house must be found first)
import pypdfium2  # noqa: E402
from paper_kinds import KINDS, in_words_of  # noqa: E402
from PIL import Image  # noqa: E402
from printed import words  # noqa: E402
from reading_order import lost  # noqa: E402

from app.printing.layout import pdf  # noqa: E402

OUT = HOUSE / "build" / "papers"
SCALE = 2.0  # 144 dots an inch


def main(wanted: list[str]) -> int:
    """Print, look, tell; the exit code."""
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*"):
        old.unlink()
    chosen = [one for one in KINDS if not wanted or one.name.startswith(tuple(wanted))]
    pictures: list[tuple[str, Path]] = []
    wrong = 0
    print(f"{'paper':26}{'pages':>7}{'lines':>7}  words of its lines, in order")
    for kind in chosen:
        with in_words_of(kind):
            sheet = kind.make()
            made = pdf(sheet)
        (OUT / f"{kind.name}.pdf").write_bytes(made)
        pages = drawn(made)
        for at, page in enumerate(pages, 1):
            path = OUT / f"{kind.name}-{at:02}.png"
            page.save(path)
            pictures.append((f"{kind.name} {at}/{len(pages)}", path))
        missed = lost(sheet, words(made), any_way=kind.mixed)
        wrong += len(missed)
        count = sum(len(table.rows) for table in sheet.tables)
        print(
            f"{kind.name:26}{len(pages):7}{count:7}  {'all there' if not missed else f'{len(missed)} LOST'}"
        )
        for line in missed:
            print(f"{'':42}{line}")
    sheets = contact_sheet.write(pictures, OUT, "contact", columns=6, rows=4, width=420)
    print(
        f"{len(pictures)} pages of {len(chosen)} papers in {OUT.relative_to(HOUSE)}, on {len(sheets)} contact sheets"
    )
    return int(wrong > 0)


def drawn(made: bytes) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    document = pypdfium2.PdfDocument(made)
    pages = [page.render(scale=SCALE).to_pil().convert("RGB") for page in document]
    document.close()
    return pages


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
