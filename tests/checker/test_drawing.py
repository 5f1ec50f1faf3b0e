"""The drawing of a flow: it says what the list says, on paper too, and under our policy."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from education.checker.drawing import LANES, WIDTH, drawing
from education.checker.flow import flow, places
from tests.checker.rulebook import PROTOCOL

PLACES = sorted(places(PROTOCOL))
SVG = "{http://www.w3.org/2000/svg}"


def svg_of(place):
    return ElementTree.fromstring(drawing(flow(PROTOCOL, place), version="9.9").whole())


@pytest.mark.parametrize("place", PLACES)
def test_a_drawing_says_everything_that_its_list_says(place):
    found = flow(PROTOCOL, place)
    drawn = " ".join("".join(text.itertext()) for text in svg_of(place).iter(f"{SVG}text"))
    squeezed = drawn.replace("• ", "").replace(" ", "")
    for screen in found.screens:
        assert screen.title.replace(" ", "") in squeezed
        for question in screen.questions:
            assert f"{question.label}({question.id})".replace(" ", "") in squeezed
            assert question.asked_if.replace(" ", "") in squeezed
    for rule in found.rules:
        assert rule.when.replace(" ", "") in squeezed


def test_every_level_is_an_end_point_with_its_name():
    drawn = ["".join(text.itertext()) for text in svg_of("neck").iter(f"{SVG}text")]
    for level in LANES:
        assert any(text.endswith(f": {level.label}") for text in drawn)


def test_nothing_is_drawn_outside_the_paper():
    for mark in svg_of("several").iter():
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(mark.get(name, 0)) <= WIDTH
        if mark.tag == f"{SVG}rect":
            assert float(mark.get("x", 0)) + float(mark.get("width", 0)) <= WIDTH


def test_strips_follow_each_other_without_a_gap_and_fit_on_a_page():
    made = drawing(flow(PROTOCOL, "low-back"))
    bottoms = [strip.top + strip.height for strip in made.strips]
    assert [strip.top for strip in made.strips[1:]] == pytest.approx(bottoms[:-1])
    assert max(strip.height for strip in made.strips) < 900


def test_the_drawing_needs_no_style_that_our_policy_refuses():
    made = drawing(flow(PROTOCOL, "low-back"))
    for svg in (*made.svgs(), made.whole()):
        assert "style" not in svg.replace("font-style", "")
        ElementTree.fromstring(svg)


def test_words_in_a_drawing_are_escaped():
    found = flow(PROTOCOL, "neck")
    first = replace(found.screens[0], title="<b>& more")
    svg = drawing(replace(found, screens=(first, *found.screens[1:]))).whole()
    assert "&lt;b&gt;&amp; more" in svg
