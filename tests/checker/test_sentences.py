"""The words in which staff read conditions and rules."""

from education.checker.conditions import Count, Fact, Not, Said
from education.checker.sentences import (
    Outline,
    lines_of,
    named_conditions,
    outline,
    rule_text,
    sentence,
    simplified,
)
from tests.checker.rulebook import PROTOCOL

FEVER = Said(question="inf-fever", values=("yes",))
SHAKING = Said(question="inf-shaking", values=("yes",))
NECK = Said(question="region", values=("neck",))


def words(id):
    return PROTOCOL.questions[id].label.me


def test_a_condition_reads_as_a_sentence():
    condition = Count(number=2, parts=(FEVER, Count(number=1, parts=(SHAKING, Not(part=FEVER)))))
    fever, shaking = words("inf-fever"), words("inf-shaking")
    assert sentence(PROTOCOL, condition) == f"“{fever}” AND (“{shaking}” OR “{fever}”: no)"


def test_a_sentence_says_when_a_doubt_counts_as_yes():
    maybe = Said(question="inf-fever", values=("yes", "unsure"))
    assert sentence(PROTOCOL, maybe).endswith(": yes or not sure")


def test_a_named_condition_goes_by_its_name_until_it_is_opened():
    hot = Fact(name="hot", part=FEVER)
    assert sentence(PROTOCOL, hot) == "[hot]"
    assert outline(PROTOCOL, hot).fact == "hot"
    opened = list(lines_of(outline(PROTOCOL, hot, opened=True)))
    assert opened == ["- hot, which is:", f"    - “{words('inf-fever')}”"]


def test_neighboring_options_read_as_a_range():
    ages = Said(question="age", values=PROTOCOL.questions["age"].options[-4:])
    labels = PROTOCOL.questions["age"].option_labels
    first, last = (labels[ages.values[place]].me for place in (0, -1))
    assert sentence(PROTOCOL, ages).endswith(f": {first} … {last}")


def test_a_count_says_how_many():
    some = Count(number=2, parts=(FEVER, SHAKING, NECK))
    assert outline(PROTOCOL, some).text == "at least 2 of these:"
    assert sentence(PROTOCOL, some).startswith("at least 2 of these: ")


def test_what_is_known_drops_out_of_a_condition():
    both = Count(number=2, parts=(NECK, FEVER))
    assert simplified(both, {"region": "neck"}) == Count(number=1, parts=(FEVER,))
    assert simplified(NECK, {"region": "neck"}) is None


def test_every_named_condition_in_use_can_be_looked_up():
    used = {name for rule in PROTOCOL.rules for name in names(outline(PROTOCOL, rule.when))}
    assert used <= set(named_conditions(PROTOCOL))


def names(found: Outline):
    return {found.fact} - {""} | {name for part in found.parts for name in names(part)}


def test_the_text_of_a_rule_leaves_nothing_to_look_up():
    for rule in PROTOCOL.rules:
        assert "[" not in rule_text(PROTOCOL, rule)
