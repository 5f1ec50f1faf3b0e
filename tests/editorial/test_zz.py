import pytest
from django.utils import timezone
from education.editorial.editions import Edition, State
from tests.editorial import test_one_live as t
@pytest.mark.django_db
def test_mutant_retire(monkeypatch):
    def retire(self, at=None):
        now = timezone.now()
        type(self).objects.filter(pk=self.pk, state=State.APPROVED).decide(retire_from=max(at or now, now, self.live_from or now)); self.refresh_from_db()
    monkeypatch.setattr(Edition, "retire", retire)
    t.test_one_edition_is_live_whatever_people_do(t.make_article)
@pytest.mark.django_db
def test_mutant_eyes(monkeypatch):
    monkeypatch.setattr(Edition, "_check_reviewer", lambda self, by, works_alone: None)
    t.test_one_edition_is_live_whatever_people_do(t.make_article)
