"""The clinical safety file: on the site, and as a file to keep."""

from tests.checker.rulebook import HOME, get, signature
from tests.factories import make_clinic


def test_the_safety_file_gathers_everything(client, library, clinician):
    make_clinic(name="Harbor Back Clinic")
    signature(person=clinician.person).save()
    page = get(client, "safety-file/")
    for words in (
        "Harbor Back Clinic", "Intended use", "Hazards and controls", "cases get their level and reasons",
        "Cleo Clinician, DPT", "Symptom checker 1.0.0", "ces-wipe", "American Heart Association",
    ):  # fmt: skip
        assert words in page.text, words


def test_the_safety_file_can_be_taken_along_with_its_style(client, clinician):
    response = client.get(HOME + "safety-file/download/")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="clinical-safety-file-')
    assert "<style>" in response.text
    assert "<link" not in response.text
