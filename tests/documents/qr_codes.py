"""What a phone reads off a PDF: its pages painted, its QR codes decoded by a tool that did not draw them."""

import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image


def qr_texts(content: bytes, folder: Path) -> list[str]:
    """The texts of all QR codes of the PDF, page by page."""
    (folder / "seen.pdf").write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", str(folder / "seen.pdf"), str(folder / "seen")], check=True)
    texts: list[str] = []
    for page in sorted(folder.glob("seen-*.pgm")):
        with Image.open(page) as image:
            texts += [found.text for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]
        page.unlink()
    return texts
