"""A picture may be shown without words only where staff said that it tells nothing."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from education.articles.models import Picture
from education.editorial.checks import also
from education.editorial.findings import Finding
from education.wording.markup import DECORATIVE

UNTOLD = re.compile(rf"!\[\s*{DECORATIVE}\s*\]\(\s*/media/(pictures/[\w.-]+)", re.IGNORECASE)


@also
def untold_pictures(edition: Any) -> Iterator[Finding]:
    """Find pictures marked as decorative in a text that are not marked so under Pictures."""
    found = {
        name: text.field
        for text in edition.texts()
        if text.style.is_markdown
        for name in UNTOLD.findall(text.text)
    }
    if not found:
        return
    for picture in Picture.objects.filter(file__in=found, decorative=False):
        said = gettext(
            "The picture '%(alt)s' tells something. Write what it shows in place of 'decorative': %(line)s"
        )
        facts = {"alt": picture.alt, "line": picture.markdown}
        yield Finding(code="picture-words", text=said % facts, field=found[picture.file.name])
