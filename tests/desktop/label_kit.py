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
