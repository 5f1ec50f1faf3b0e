"""Tests run in two workers side by side, which must not meet."""

import os
from pathlib import Path

import pytest
from django.conf import settings


def test_each_worker_writes_into_a_folder_of_its_own():
    assert Path(os.environ["DATA_DIR"]) / "media" == settings.MEDIA_ROOT


@pytest.mark.xdist_group("together")
def test_a_group_stays_in_one_worker(request):
    is_asked_for = request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@together") == is_asked_for
