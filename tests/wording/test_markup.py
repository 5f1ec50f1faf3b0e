"""Markdown in, safe HTML out."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from education.wording.markup import faults, headings, to_html

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,<script>1</script>)", "[x](vbscript:x)",
    "<a href='javascript:x'>y</a>", "![x](https://evil.example/x.png)", "![x](//evil.example/x.png)",
    "[x](//evil.example)", "<iframe src='https://evil.example'></iframe>", "<style>*{}</style>",
    "<svg onload=alert(1)>", "![x](figure:../../secret)", "[x](page:../../admin)", "<!-- x -->",
    "[x]: javascript:alert(1)\n\n[x]", "`<script>`", "&lt;script&gt;", "<div style='color:red'>x</div>",
]  # fmt: skip
FORBIDDEN = re.compile(
    r"<(script|iframe|style|object|embed|form|input|link|meta)|<[a-z][^>]*\s(on\w+|style)\s*="
    r"|(href|src)=\"(javascript|data|vbscript|//)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_out(text):
    assert not FORBIDDEN.search(to_html(text))
    assert "evil.example" not in re.sub(r">[^<]*<", "><", to_html(text))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)), max_size=6).map("\n".join))
def test_no_mixture_of_texts_comes_out_hostile(text):
    assert not FORBIDDEN.search(to_html(text))
    faults(text)


def test_a_right_text_has_no_faults():
    text = (
        "## What it is\n\nA **muscle**. See [sciatica](page:articles/sciatica) or "
        "[words](page:glossary#nerve).\n\n"
        "- one\n- two\n\nTable: Choices\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n"
        '![Knees roll to the side](figure:knee-rolls "Slowly")\n\nCall [us](tel:+15550100200).'
    )
    assert faults(text) == []


def test_headings_in_the_page_and_in_the_contents_have_the_same_ids():
    text = "## Same\n\nx\n\n## Same\n\n### Deeper"
    ids = [heading.id for heading in headings(text)]
    assert ids == ["body-same", "body-same-2", "body-deeper"]
    assert re.findall(r'id="([^"]+)"', to_html(text)) == ids
