"""The drawing of a flow as SVG. Plain Python, no Django.

A drawing is a column of strips. Each is an SVG of its own in the coordinates of the whole, so that a printer
can break between them and never through a line of text. Everything is said with attributes: a style sheet
or a ``style`` would be refused by our own policy. The same ``Flow`` is written as a list beside the drawing,
so neither says more than the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from education.checker.flow import End, Flow, FlowQuestion, FlowRule, FlowScreen
from education.urgency.levels import Level

WIDTH = 820  # all lengths in pixels at 96 dpi: a page of A4 or Letter takes the drawing at seven eighths
BUS = 11  # between two lines of the left margin
BOX_RIGHT, PAD = 566, 12
LANE_LEFT, LANE = 582, 48
LINE, SMALL_LINE = 18, 15
FULL_CHAR, SMALL_CHAR = 6.9, 5.9  # a careful mean width of a letter, at 13 and 11
FONT = "system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
INK, SOFT, PAPER = "#1b2426", "#4b585b", "#ffffff"
STRIP = 640  # the longest strip: two fit on a page

LANES = (Level.EMERGENCY_CALL, Level.EMERGENCY_GO, Level.URGENT_TODAY, Level.BOOK_SOON, Level.SELF_CARE)
SHORT = {
    Level.EMERGENCY_CALL: "Call",
    Level.EMERGENCY_GO: "Go",
    Level.URGENT_TODAY: "Today",
    Level.BOOK_SOON: "Book",
    Level.SELF_CARE: "Home",
}
HOW_TO_READ = (
    "Boxes are screens, in the order of asking. A screen with a condition is passed over when it does not "
    "hold; a line in the left margin comes from the screens that decide. A row leads to the level of a yes. "
    "Names in [square brackets] are conditions with a name, listed on the page of rules. A pill with a "
    "dashed edge gives way to what stands after “unless”, but only when that is known for certain."
)
# Ink, ground and edge of each level, as on the public pages.
COLORS = {
    Level.EMERGENCY_CALL: ("#ffffff", "#a4161a", "#a4161a"),
    Level.EMERGENCY_GO: ("#a4161a", "#fdecea", "#a4161a"),
    Level.URGENT_TODAY: ("#7a4300", "#fff1d9", "#7a4300"),
    Level.BOOK_SOON: ("#174a84", "#e9f1fb", "#174a84"),
    Level.SELF_CARE: ("#1f5f35", "#e8f4ea", "#1f5f35"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A piece of the drawing: where it begins, how tall it is, and what is drawn in it."""

    top: float
    height: float
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawing as strips from top to bottom. ``width`` and ``height`` in pixels."""

    title: str
    width: int
    height: float
    strips: tuple[Strip, ...]

    def svgs(self) -> list[str]:
        """Return one SVG for each strip, to stand in a page without a gap."""
        return [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{_n(strip.height)}"'
            f' viewBox="0 {_n(strip.top)} {self.width} {_n(strip.height)}" font-family="{FONT}"'
            f' aria-hidden="true" focusable="false">{"".join(strip.marks)}</svg>'
            for strip in self.strips
        ]

    def whole(self) -> str:
        """Return the drawing as one SVG, for a file of its own."""
        marks = "".join(mark for strip in self.strips for mark in strip.marks)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {_n(self.height)}"'
            f' width="{self.width}" height="{_n(self.height)}" font-family="{FONT}" role="img">'
            f"<title>{escape(self.title)}</title>{marks}</svg>"
        )


def drawing(flow: Flow, *, version: str = "") -> Drawing:
    """Draw a flow: screens from top to bottom on the left, the five levels as lanes on the right."""
    title = f"What is asked about: {flow.label}" + (f" (rules {version})" if version else "")
    pen = _Pen(flow)
    pen.head(title)
    for number, screen in enumerate(flow.screens, start=1):
        pen.screen(screen, number)
    if flow.offers:
        note = "shown where they can change it"
        pen.free_box("Buttons on a result", note, [_of_question(offer) for offer in flow.offers])
    note = "the most urgent of all that hold gives the level"
    pen.free_box("Rules that weigh several answers", note, [_of_rule(rule) for rule in flow.rules])
    pen.ends()
    return Drawing(title=title, width=WIDTH, height=pen.y, strips=tuple(pen.strips))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One entry of a box: its words, its small print, and the levels it leads to."""

    id: str
    text: str
    small: tuple[str, ...]
    ends: tuple[End, ...]


def _of_question(question: FlowQuestion) -> _Row:
    small = [f"if {question.asked_if}"] if question.asked_if else []
    small += [f"{SHORT[end.level]} unless {end.unless}" for end in question.ends if end.unless]
    return _Row(id=question.id, text=question.label, small=tuple(small), ends=question.ends)


def _of_rule(rule: FlowRule) -> _Row:
    small = [f"when {rule.when}"]
    if rule.end.unless:
        small.append(f"unless {rule.end.unless}")
    if rule.end.follows:
        small.append(f"only on top of: {rule.end.follows.label}")
    return _Row(id=rule.id, text=rule.because, small=tuple(small), ends=(rule.end,))


class _Pen:
    """Draws downwards and cuts what it has drawn into strips."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.y = self.top = 0.0
        self.marks: list[str] = []
        self.strips: list[Strip] = []
        self.open: list[str] = []  # screens whose line in the margin runs here
        # A screen that opens others has a line in the margin, down to the last of them.
        self.until = {gate: screen.id for screen in flow.screens for gate in screen.gates}
        self.bus = _buses([screen.id for screen in flow.screens], self.until)
        lines = len(set(self.bus.values()))
        self.box_left = 20 + BUS * lines + (8 if lines else 0)

    def cut(self) -> None:
        """End the strip here."""
        height = self.y - self.top
        ground = f'<rect x="0" y="{_n(self.top)}" width="{WIDTH}" height="{_n(height)}" fill="{PAPER}"/>'
        self.strips.append(Strip(top=self.top, height=height, marks=(ground, *self.marks)))
        self.marks, self.top = [], self.y

    def run_past(self, top: float, bottom: float) -> None:
        """Draw what runs past a box or an arrow: the lanes of the levels, the lines of the margin."""
        for level in LANES:
            x = _lane(level)
            self.marks.append(_line(x, top, x, bottom, COLORS[level][2], width=2, opacity=0.35))
        for id in self.open:
            self.marks.append(_line(self.bus[id], top, self.bus[id], bottom, SOFT))

    def head(self, title: str) -> None:
        self.y = 30
        self.marks.append(_text(14, self.y, title, size=18, bold=True))
        for line in _wrapped(HOW_TO_READ, WIDTH - 40, SMALL_CHAR):
            self.y += SMALL_LINE + 1
            self.marks.append(_text(14, self.y, line, size=11, fill=SOFT))
        self.y += 12
        for level in LANES:
            self.marks += _pill(40, self.y + 11, level)
            self.marks.append(_text(74, self.y + 15, level.label, bold=True))
            self.y += 24
        self.y += 8
        self.cut()

    def screen(self, screen: FlowScreen, number: int) -> None:
        self.arrow(screen, is_first=number == 1)
        top = self.y
        for gate in screen.gates:
            x, y = self.bus[gate], top + 16
            self.marks.append(_line(x, y, self.box_left - 6, y, SOFT))
            if self.until[gate] == screen.id:
                self.open.remove(gate)
                self.marks.append(_line(x, top, x, y, SOFT))
        if screen.gates:
            self.marks.append(_arrow(self.box_left, top + 16, SOFT, right=True))
        self.box(f"{number}. {screen.title}", screen.id, [_of_question(q) for q in screen.questions])
        if screen.id in self.until:
            x, y = self.bus[screen.id], self.y - 12
            self.marks.append(f'<circle cx="{_n(self.box_left)}" cy="{_n(y)}" r="3" fill="{SOFT}"/>')
            self.marks += [_line(x, y, self.box_left, y, SOFT), _line(x, y, x, self.y, SOFT)]
            self.open.append(screen.id)
        self.cut()

    def arrow(self, screen: FlowScreen, *, is_first: bool) -> None:
        """Draw the way from the box above, with the condition of this screen beside it."""
        top, x = self.y, self.box_left + 26
        words = f"asked if {screen.asked_if}" if screen.asked_if else ""
        if screen.is_partly_asked:
            words = f"{words}, and" if words else "asked"
            words += " if one of its questions is"
        lines = _wrapped(words, BOX_RIGHT - x - 16, SMALL_CHAR)
        bottom = top + max(26, 14 + SMALL_LINE * len(lines))
        self.run_past(top, bottom)
        if not is_first:
            self.marks.append(_line(x, top, x, bottom - 6, INK, width=1.5))
            self.marks.append(_arrow(x, bottom, INK))
        for number, line in enumerate(lines):
            y = top + 15 + SMALL_LINE * number
            self.marks.append(_text(x + 14, y, line, size=11, fill=SOFT, italic=True))
        self.y = bottom

    def box(self, title: str, note: str, rows: list[_Row]) -> None:
        """Draw a box with its rows; a long one is cut between rows and goes on in the next strip."""
        left, top, y = self.box_left + PAD, self.y, self.y + 4
        marks: list[str] = []
        for line in _wrapped(title, BOX_RIGHT - left - PAD, FULL_CHAR * 1.06):
            y += LINE
            marks.append(_text(left, y, line, bold=True))
        y += SMALL_LINE
        marks.append(_text(left, y, note, size=11, fill=SOFT))
        y += 6
        for row in rows:
            row_marks, bottom = self.row(row, y)
            if bottom - self.top > STRIP:
                self.frame(top, y, marks)
                self.cut()
                top, marks = y, []
            marks += row_marks
            y = bottom
        self.frame(top, y + 8, marks)

    def free_box(self, title: str, note: str, rows: list[_Row]) -> None:
        """Draw a box that no arrow leads to."""
        self.run_past(self.y, self.y + 22)
        self.y += 22
        self.box(title, note, rows)
        self.cut()

    def frame(self, top: float, bottom: float, marks: list[str]) -> None:
        """Draw a piece of a box behind its words, with what runs past it."""
        self.run_past(top, bottom)
        width = BOX_RIGHT - self.box_left
        self.marks.append(
            f'<rect x="{_n(self.box_left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(bottom - top)}" '
            f'fill="#fbf8f2" stroke="{INK}" stroke-width="1.2"/>'
        )
        self.marks += marks
        self.y = bottom

    def row(self, row: _Row, y: float) -> tuple[list[str], float]:
        """Return the marks of a row and where it ends."""
        left = self.box_left + PAD
        room = BOX_RIGHT - left - PAD
        middle = y + LINE - 4.5
        marks: list[str] = []
        for number, line in enumerate(_wrapped(f"{row.text}  ({row.id})", room - 12, FULL_CHAR)):
            y += LINE
            marks.append(_text(left if number == 0 else left + 12, y, f"• {line}" if number == 0 else line))
        for small in row.small:
            for line in _wrapped(small, room - 12, SMALL_CHAR):
                y += SMALL_LINE
                marks.append(_text(left + 12, y, line, size=11, fill=SOFT, italic=True))
        if row.ends:
            lowest = min(end.level for end in row.ends)
            marks.append(_line(BOX_RIGHT, middle, _lane(lowest), middle, INK))
        for end in row.ends:
            marks += _pill(_lane(end.level), middle, end.level, is_dashed=bool(end.unless))
        return marks, y + 5

    def ends(self) -> None:
        """Draw the five levels, each at the foot of its lane."""
        for place, level in enumerate(LANES):
            x, y = _lane(level), self.y + 20 + 34 * place
            ink, ground, edge = COLORS[level]
            self.marks.append(_line(x, self.y, x, y, edge, width=2, opacity=0.35))
            self.marks.append(
                f'<rect x="{_n(self.box_left)}" y="{_n(y)}" width="{_n(x + 20 - self.box_left)}" height="28" '
                f'rx="6" fill="{ground}" stroke="{edge}" stroke-width="1.5"/>'
            )
            words = f"{SHORT[level]}: {level.label}"
            self.marks.append(_text(self.box_left + PAD, y + 19, words, bold=True, fill=ink))
        self.y += 20 + 34 * len(LANES) + 10
        self.cut()


def _buses(order: list[str], until: dict[str, str]) -> dict[str, float]:
    """Give each opening screen a line in the margin, used again where an earlier one has ended."""
    ends: list[int] = []  # for each line, the place of the screen where it ends
    lines: dict[str, int] = {}
    for place, id in enumerate(order):
        if id in until:
            line = next((n for n, end in enumerate(ends) if end < place), len(ends))
            ends[line : line + 1] = [order.index(until[id])]
            lines[id] = line
    return {id: 14 + BUS * (len(ends) - 1 - line) for id, line in lines.items()}


def _lane(level: Level) -> float:
    return LANE_LEFT + LANE * LANES.index(level) + LANE / 2


def _wrapped(text: str, room: float, char: float) -> list[str]:
    return wrap(text, int(room / char), break_on_hyphens=False)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 13,
    fill: str = INK,
    bold: bool = False,
    italic: bool = False,
    anchor: str = "",
) -> str:
    extra = ' font-weight="700"' if bold else ""
    extra += ' font-style="italic"' if italic else ""
    extra += f' text-anchor="{anchor}"' if anchor else ""
    place = f'x="{_n(x)}" y="{_n(y)}"'
    return f'<text {place} font-size="{size}" fill="{fill}"{extra}>{escape(text)}</text>'


def _line(
    x1: float, y1: float, x2: float, y2: float, color: str, *, width: float = 1, opacity: float = 1
) -> str:
    faint = f' stroke-opacity="{opacity}"' if opacity < 1 else ""
    ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
    return f'<line {ends} stroke="{color}" stroke-width="{width}"{faint}/>'


def _arrow(x: float, y: float, color: str, *, right: bool = False) -> str:
    """The head of an arrow with its tip here, pointing down or to the right."""
    corners = (
        ((x, y), (x - 8, y - 4.5), (x - 8, y + 4.5))
        if right
        else ((x, y), (x - 4.5, y - 8), (x + 4.5, y - 8))
    )
    points = " ".join(f"{_n(a)},{_n(b)}" for a, b in corners)
    return f'<polygon points="{points}" fill="{color}"/>'


def _pill(x: float, y: float, level: Level, *, is_dashed: bool = False) -> Iterator[str]:
    ink, ground, edge = COLORS[level]
    if is_dashed:  # a full pill would hide its dashes
        ink, ground = edge, PAPER
    dashes = ' stroke-dasharray="3 2"' if is_dashed else ""
    yield (
        f'<rect x="{_n(x - 22)}" y="{_n(y - 9)}" width="44" height="18" rx="9" fill="{ground}" '
        f'stroke="{edge}" stroke-width="1.5"{dashes}/>'
    )
    yield _text(x, y + 4, SHORT[level], size=11, fill=ink, bold=True, anchor="middle")
