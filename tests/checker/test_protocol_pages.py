"""The pages on which staff read the rules, questions, flows, test cases and history."""

import pytest

from tests.checker.rulebook import HOME, PROTOCOL, get


def test_every_rule_is_listed_with_its_sources_in_full(client, library, clinician):
    page = get(client)
    for rule in PROTOCOL.rules:
        assert f"{rule.id} " in page.main
    assert "American Heart Association. Warning signs of a heart attack" in page.main


def test_rules_are_filtered_by_level_place_and_group(client, clinician):
    page = get(client, "?level=emergency-call&region=low-back&group=several-answers")
    listed = {
        words.split()[0] for element in page.all("h2") if (words := "".join(element.itertext()).strip())
    }
    several = {rule.id for rule in PROTOCOL.rules if rule.id not in PROTOCOL.questions}
    calls = {rule.id for rule in PROTOCOL.rules if rule.level.slug == "emergency-call"}
    assert listed - {"Named"} <= several & calls
    assert "R21" in listed or "R13" in listed


@pytest.mark.parametrize("query", ["?level=x&region=y&group=z", "?level=&region=&group="])
def test_an_unknown_filter_is_no_fault(client, clinician, query):
    assert client.get(HOME + query).status_code == 200


def test_a_rule_leads_to_its_questions(client, clinician):
    assert f'href="{HOME}questions/#ces-wipe"' in get(client).text
    assert 'id="ces-wipe"' in get(client, "questions/").text


def test_the_flow_stands_as_a_drawing_and_as_a_list(client, clinician):
    text = get(client, "flow/neck/").text
    assert text.count("<svg xmlns") > 10
    assert 'class="twin"' in text


def test_the_drawing_can_be_had_as_a_file(client, clinician):
    response = client.get(HOME + "flow/neck.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"


def test_the_cases_are_run_and_counted(client, clinician):
    page = get(client, "cases/")
    assert "Too low: 0. Too high: 0." in page.main
    assert "FAIL" not in page.main


def test_the_history_names_the_first_set_of_rules(client, clinician):
    assert "Symptom checker 1.0.0" in get(client, "history/").main
