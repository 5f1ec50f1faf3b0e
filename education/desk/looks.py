"""How a page can be looked at: in the light, in the dark, on paper, in large letters. Plain Python.

A frame has neither the printer's paper nor the reader's dark screen. So a look changes the style sheet
instead: the rules that would hold then are made to hold now, and the others are put out.
"""

import re
from enum import StrEnum

ALWAYS, NEVER = "(min-width: 0)", "(max-width: 0)"
LARGER = 2  # times: what WCAG 2.2 asks a page to bear (1.4.4)

MEDIA = re.compile(r"@media([^{]+)\{")
LENGTH = re.compile(r"([\d.]+)(r?em)\b")

# What our own @page rule leaves of a sheet of A4; Letter is 6 mm wider.
PAPER = "html { max-inline-size: 180mm; margin: 16mm auto 18mm; background: #fff; }"
LETTERS = f"html {{ font-size: {LARGER * 100}%; }}"


class Look(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    PRINT = "print"
    LARGE = "large"


def in_look(css: str, look: Look) -> str:
    """Return a style sheet whose rules hold as they do in a look, on an ordinary screen."""
    scheme = "dark" if look is Look.DARK else "light"
    css = MEDIA.sub(lambda found: f"@media{_condition(found[1], look)}{{", css)
    css = css.replace("color-scheme: light dark", f"color-scheme: {scheme}")
    return css + {Look.PRINT: f"\n{PAPER}\n", Look.LARGE: f"\n{LETTERS}\n"}.get(look, "")


def _condition(text: str, look: Look) -> str:
    """Return the condition of a media rule as the look decides it."""
    on_paper = look is Look.PRINT
    for kind, holds in (("print", on_paper), ("screen", not on_paper)):
        text = re.sub(rf"(?<![\w-]){kind}(?![\w-])", "all" if holds else f"all and {NEVER}", text)
    for scheme in ("dark", "light"):
        holds = scheme == ("dark" if look is Look.DARK else "light")
        text = re.sub(rf"\(prefers-color-scheme:\s*{scheme}\)", ALWAYS if holds else NEVER, text)
    if look is Look.LARGE:
        text = LENGTH.sub(lambda length: f"{float(length[1]) * LARGER:g}{length[2]}", text)
    return text
