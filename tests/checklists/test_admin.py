"""A home-care plan with its steps, as staff write it."""

from datetime import date

import pytest

from education.checklists.models import ChecklistEdition
from education.editorial.states import State
from tests.desk.staff import act, admin_url, faults_on, form_on, save, signed_in, told
from tests.factories import in_months, make_admin, make_checklist, make_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return signed_in(make_admin(name="Cleo Clinician"))


def test_steps_are_written_changed_and_removed_in_the_plan(staff):
    edition = make_checklist("draft", steps=2)
    first, second = edition.steps.all()
    save(staff, edition, **{
        "steps-0-action": "Walk around the house", "steps-1-DELETE": "on", "steps-TOTAL_FORMS": "3",
        "steps-2-position": "30", "steps-2-key": "heat", "steps-2-phase": "after",
        "steps-2-action": "Use a heat pack", "steps-2-minutes": "15",
        "steps-2-stop": "It burns.\r\nIt stings.",
    })  # fmt: skip
    assert [step.action for step in edition.steps.all()] == ["Walk around the house", "Use a heat pack"]
    assert edition.steps.get(key="heat").stop == "It burns.\nIt stings."
    assert first.pk in edition.steps.values_list("pk", flat=True)
    assert not edition.steps.filter(pk=second.pk).exists()


def test_a_wrong_dose_is_named_and_the_other_words_stay(staff):
    edition = make_checklist("draft", steps=1)
    answer = save(staff, edition, **{"steps-0-hold_seconds": "5000", "steps-0-how": "Typed just now"})
    page = answer.content.decode()
    assert "less than or equal to 300" in page
    assert "Typed just now" in page


def test_two_steps_with_one_key_are_refused_in_words(staff):
    edition = make_checklist("draft", steps=2)
    answer = save(staff, edition, **{"steps-1-key": "step-1"})
    assert answer.status_code == 200
    assert "key" in answer.content.decode()
    assert edition.steps.count() == 2


def test_a_plan_needs_a_step_and_drawings_that_are_there(staff):
    edition = make_checklist("draft", steps=0)
    assert any("at least one step" in fault for fault in faults_on(act(staff, edition, "submit")))
    make_step(edition, figure="knee-bends")
    faults = faults_on(save(staff, edition, press="_act"))
    assert faults == ["Step 'Roll your knees from side to side': there is no drawing called 'knee-bends'."]


def test_the_next_review_of_a_plan_is_proposed_in_a_year(staff):
    page = staff.get(admin_url(make_checklist("in-review"), "act", "approve"))
    proposed = date.fromisoformat(form_on(page)["review_due_on"])
    assert abs((proposed - in_months(12)).days) < 10


@pytest.mark.slow
def test_every_starter_plan_can_be_edited_and_sent_to_review(library, staff):
    for live in ChecklistEdition.objects.in_force():
        act(staff, live, "edit")
        draft = ChecklistEdition.objects.get(document=live.document_id, state=State.DRAFT)
        before = list(draft.steps.values())
        assert faults_on(save(staff, draft, press="_act")) == []
        assert told(act(staff, draft, "submit")) == ["Sent to review. Reviewers find it on their desk."]
        assert list(draft.steps.values()) == before
