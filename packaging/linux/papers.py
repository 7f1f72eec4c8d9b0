"""The proof that a bundle prints and reads pictures: what it is given, and whether what it made of it is right.

python packaging/linux/papers.py draw FOLDER           labels as pictures, turned a little, for --self-check to read
python packaging/linux/papers.py look FOLDER ANSWER    its quote.pdf by another library, and what it read off them
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

LABEL = "(01)07032069804988(17)271231(10)L2041"
SAID = ("gtin='07032069804988'", "lot='L2041'", "expires='2027-12-31'")
KINDS = {"datamatrix": zxingcpp.BarcodeFormat.DataMatrix, "gs1-128": zxingcpp.BarcodeFormat.Code128}
PRINTED = (
    "Quote",
    "SC-A-0001",
    "Harbour Hospital",
    "Cannulated screw",
    "בורג טיטניום",
    "مسمار",
    "$540.00",
    "Page 1 of 1",
)


def draw(folder: Path) -> None:
    """A picture of each kind of label."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in KINDS.items():
        rows = zxingcpp.create_barcode(LABEL, kind, gs1=True).to_image(scale=4)
        code = Image.frombytes("L", (rows.shape[1], rows.shape[0]), memoryview(rows).tobytes())
        code = code.resize((code.width, max(code.height, 160)))
        page = Image.new("L", (code.width + 160, code.height + 160), 255)
        page.paste(code, (80, 80))
        page.rotate(5, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC).save(
            folder / f"{name}.png"
        )


def look(folder: Path, answer: str) -> None:
    """Raises SystemExit with what is missing."""
    document = pypdfium2.PdfDocument(folder / "quote.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in document)
    read = json.loads(answer)
    missing = [words for words in PRINTED if words not in text]
    missing += [
        f"{said} of {name}.png" for name in KINDS for said in SAID if said not in str(read.get(f"{name}.png"))
    ]
    if missing:
        raise SystemExit(f"papers: missing {missing} in {text!r} and {read}")
    print(
        f"papers: a quote of {len(document)} page says all of {len(PRINTED)}; {', '.join(KINDS)} read off pictures"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["draw", where]:
            draw(Path(where))
        case ["look", where, answer]:
            look(Path(where), answer)
        case _:
            raise SystemExit(__doc__)
