"""The links and pictures of a Markdown text. Plain Python, no Django."""

from dataclasses import dataclass

from education.wording.markup import DECORATIVE, tokens


@dataclass(frozen=True)
class Link:
    """A link of a text: where it leads, its words, and its place in what was typed."""

    href: str
    words: str
    start: int
    end: int

    @property
    def is_outside(self) -> bool:
        return self.href.lower().startswith(("http://", "https://"))


def links_of(text: str) -> list[Link]:
    """Return the links of a Markdown text in order."""
    found, after = [], 0
    for token in tokens(text):
        children = token.children or []
        for index, child in enumerate(children):
            if child.type != "link_open":
                continue
            href = str(child.attrs.get("href", ""))
            inside = children[index + 1 :]
            closing = next(i for i, other in enumerate(inside) if other.type == "link_close")
            words = "".join(other.content for other in inside[:closing])
            start, end = _place(text, href, after)
            after = max(after, end)
            found.append(Link(href, words, start, end))
    return found


def _place(text: str, href: str, after: int) -> tuple[int, int]:
    """Return where a link stands, or the start of the text if that cannot be told."""
    address = text.find(f"]({href}", after)
    if address >= 0:
        return max(text.rfind("[", after, address), after), text.find(")", address + len(href)) + 1
    address = text.find(href, after)
    return (address, address + len(href)) if address >= 0 else (0, 0)


def pictures_of(text: str) -> int:
    """Return how many pictures that tell something a Markdown text has."""
    children = (child for token in tokens(text) for child in token.children or [])
    return sum(child.type == "image" and child.content.strip() != DECORATIVE for child in children)
