"""Contrast of colors, as WCAG 2.2 defines it. Pure."""

import re

PAPER_LIGHT = "#fbf8f2"
SURFACE_LIGHT = "#ffffff"
PAPER_DARK = "#14191a"
SURFACE_DARK = "#1c2325"
PLATE_DARK = "#20292b"  # the lightest ground of the dark page
READABLE = 4.5  # WCAG 1.4.3, text at level AA


def luminance(color: str) -> float:
    """Return the relative luminance (0 to 1) of a color written ``#rrggbb``.

    Raises ``ValueError`` for any other writing. Source: WCAG 2.2, relative luminance.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        message = f"{color!r} is not a color like #0b5a5e"
        raise ValueError(message)
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, from 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def for_dark_pages(color: str) -> str:
    """Return the color made light enough to read on the dark page, keeping its hue.

    It is mixed with white in steps of a tenth until the contrast is readable.
    """
    parts = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    for step in range(11):
        mixed = "#" + "".join(f"{round(p + (255 - p) * step / 10):02x}" for p in parts)
        if min(contrast(mixed, ground) for ground in (PAPER_DARK, SURFACE_DARK, PLATE_DARK)) >= READABLE:
            return mixed
    return "#ffffff"
