"""Documents of the starter library as patients read them, to be measured without a database."""

from education.articles.models import Term
from education.checklists.models import Step
from education.library.files import StarterText
from education.library.loading import MODELS
from education.wording.blocks import Text


def texts_of(text: StarterText) -> list[Text]:
    """Return what a patient reads of a document, in order."""
    _document, edition = MODELS[text.kind]
    rows = [
        (text.edition, edition.reads),
        *((step, Step.reads) for step in text.steps),
        *((term, Term.reads) for term in text.terms),
    ]
    return [Text(row.get(name, ""), style, name) for row, reads in rows for name, style in reads.items()]
