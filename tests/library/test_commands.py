"""The commands that export and import documents, for clinics that script it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from education.articles.models import ArticleEdition
from education.library.parcel import unpack
from education.staff.models import Act, Entry
from tests.factories import make_person
from tests.library.parcels import ARTICLE, everything, with_words


@pytest.fixture
def file(tmp_path):
    return tmp_path / "library.zip"


def run(name, *arguments):
    said = StringIO()
    call_command(name, *map(str, arguments), stdout=said)
    return said.getvalue()


def test_the_export_command_writes_a_zip(one_of_each, file):
    assert run("export_library", file, "--kind", "articles") == f"Wrote 1 documents to {file}.\n"
    assert unpack(file.read_bytes()).clinic == "Harbor Clinic"


def test_the_export_command_leaves_its_mark(one_of_each, file):
    run("export_library", file)

    assert Entry.objects.filter(act=Act.EXPORT).get().who == "export_library"


def test_the_import_command_only_looks_by_itself(zip_of_one, file):
    file.write_bytes(with_words(zip_of_one, ARTICLE, "Cramps", "Other"))
    before = everything()

    assert f"{ARTICLE}: other words than yours (Title)" in run("import_library", file)
    assert everything() == before


def test_the_import_command_brings_in_what_it_is_told_to(zip_of_one, writer, file):
    file.write_bytes(with_words(zip_of_one, ARTICLE, "Cramps", "Other"))

    assert "1 documents arrived" in run("import_library", file, "--yes", "--by", writer.user.get_username())
    newest = ArticleEdition.objects.order_by("-number").first()
    assert (newest.title, newest.author) == ("Other", writer)


@pytest.mark.parametrize(
    ("content", "said"), [(b"no zip", "not a zip"), (None, "cannot be read")], ids=["broken", "missing"]
)
def test_the_import_command_says_what_is_wrong(db, file, content, said):
    if content:
        file.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        run("import_library", file)


@pytest.mark.parametrize("by", [[], ["--by", "nobody"]])
def test_the_import_command_needs_an_author(zip_of_one, file, by):
    file.write_bytes(zip_of_one)

    with pytest.raises(CommandError, match="account"):
        run("import_library", file, "--yes", *by)


def test_the_import_command_asks_for_the_power_to_write(zip_of_one, file):
    file.write_bytes(with_words(zip_of_one, ARTICLE, "Cramps", "Other"))
    reader = make_person(roles=[])

    with pytest.raises(CommandError, match="Writer"):
        run("import_library", file, "--yes", "--by", reader.user.get_username())
