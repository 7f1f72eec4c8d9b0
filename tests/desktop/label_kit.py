"""Labels as a printer makes them and a camera sees them: drawn, turned, blurred, on a page with room around."""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image, ImageFilter

KINDS = {
    "DataMatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "GS1-128": zxingcpp.BarcodeFormat.Code128,
    "QR": zxingcpp.BarcodeFormat.QRCode,
}
GTIN = "07032069804988"
# What a label says, and the goods it says it of: GTIN, lot, serial, last day.
LABELS = (
    (f"(01){GTIN}(17)271231(10)L2041", (GTIN, "L2041", "", "2027-12-31")),
    (f"(01){GTIN}(10)AB-12/3(17)280200(21)SN0099", (GTIN, "AB-12/3", "SN0099", "2028-02-29")),
    ("(01)09506000134352(11)250101(17)300615(21)7", ("09506000134352", "", "7", "2030-06-15")),
    ("(01)00000096385074(10)Z", ("00000096385074", "Z", "", None)),
)
# How a camera sees it: turned by degrees, blurred by a radius in pixels.
SEEN = ((0, 0.0), (7, 0.8), (90, 1.0), (180, 0.8), (-20, 0.8), (33, 0.6), (45, 0.5), (-75, 0.6))


def label(kind: str, text: str, path: Path, *, turn: int = 0, blur: float = 0.0, gs1: bool = True) -> Path:
    """A PNG of the code of `text` (with brackets when `gs1`), turned by degrees and blurred by a radius in pixels."""
    wide = kind == "GS1-128"
    made = zxingcpp.create_barcode(text, KINDS[kind], gs1=gs1) if gs1 else _plain(kind, text)
    rows = made.to_image(scale=2 if wide else 6)
    flat = memoryview(rows)
    drawn = Image.frombytes("L", (rows.shape[1], rows.shape[0]), flat.tobytes())
    if wide:
        drawn = drawn.resize((drawn.width, max(120, drawn.height)))
    page = Image.new("L", (drawn.width + 120, drawn.height + 120), 255)
    page.paste(drawn, (60, 60))
    if turn:
        page = page.rotate(turn, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    if blur:
        page = page.filter(ImageFilter.GaussianBlur(blur))
    page.save(path)
    return path


def _plain(kind: str, text: str) -> zxingcpp.Barcode:
    return zxingcpp.create_barcode(text, KINDS[kind])
