"""QR codes for paper, drawn on this machine."""

from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=256)
def qr_code(address: str) -> SafeString:
    """Return an address of this site as a QR code in SVG."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=4, svgclass="qr"))  # noqa: S308
