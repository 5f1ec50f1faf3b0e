"""Hostile and broken zips: each is refused whole, with the name of the file and the reason."""

import random
import stat
import struct
import time
import warnings
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest

from education.library import parcel as parcels
from education.library import zips
from education.library.front import StarterError
from education.library.parcel import unpack
from education.library.receiving import receive
from tests.factories import (
    make_article,
    make_care_card,
    make_checklist,
    make_glossary,
    make_region_page,
    picture_file,
)
from tests.library.parcels import (
    ARTICLE,
    emptied,
    everything,
    exported,
    files_of,
    listed,
    make_picture,
    outcomes,
    with_files,
    with_words,
    zipped,
)


@pytest.fixture(scope="session")
def zip_made_once(rolled_back):
    with rolled_back():
        make_article(slug="cramps", title="Cramps")
        return exported("articles")


@pytest.fixture
def zip_of_one(db, zip_made_once):
    """The zip of an article that is not here; refusals do not depend on it."""
    return zip_made_once


def refused(content, said):
    """Check that a zip is refused with a sentence, and that nothing at all was stored."""
    before = everything()
    with pytest.raises(StarterError) as error:
        receive(unpack(content))
    assert said in str(error.value)
    assert everything() == before
    return str(error.value)


# Names


NAMES = {
    "../en/articles/x.md": "leads out",
    "en/../../x.md": "leads out",
    "en/./articles/x.md": "leads out",
    "en//articles/x.md": "leads out",
    "/etc/passwd": "outside the zip",
    "~/x.md": "outside the zip",
    "C:/x.md": "outside the zip",
    "en\\articles\\x.md": "outside the zip",
    "en/articles/x.md:stream": "outside the zip",
    "en/articles/x\n.md": "no name has",
    "en/articles/\u202ecod.md": "no name has",
    "en/articles/x.exe": "no file of this name",
    "en/articles/x.toml": "no file of this name",
    "en/articles/deep/x.md": "no file of this name",
    "en/drafts/x.md": "no file of this name",
    "en/articles/ñ.md": "no file of this name",
    "en/articles/.md": "no file of this name",
    "en/articles/" + "x" * 90 + ".md": "no file of this name",
    "README": "no file of this name",
    ".htaccess": "no file of this name",
    "__MACOSX/en/articles/x.md": "no file of this name",
    "pictures/x.svg": "no file of this name",
    "static/js/again.js": "no file of this name",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_does_not_belong_is_refused(zip_of_one, name):
    refused(with_files(zip_of_one, {name: "x"}, relist=False), NAMES[name])


def test_a_refusal_names_the_file(zip_of_one):
    said = refused(with_files(zip_of_one, {"../../evil.md": "x"}, relist=False), "")

    assert said.startswith("../../evil.md: ")


def test_a_long_name_is_cut_in_the_refusal(zip_of_one):
    assert len(refused(with_files(zip_of_one, {"x" * 60_000: "x"}, relist=False), "")) < 300


def test_a_name_with_a_zero_in_it_is_refused(zip_of_one):
    evil = with_files(zip_of_one, {"en/articles/evil.mdX.md": "x"}, relist=False)

    refused(evil.replace(b"evil.mdX.md", b"evil.md\0.md"), "no name has")


def rewritten(content, change):
    """Return a zip made anew, with ``change`` done to each entry before its file is written."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in files_of(content).items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            change(entry)
            archive.writestr(entry, text)
    return written.getvalue()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_a_link_or_special_file_is_refused(zip_of_one, kind):
    def special(entry):
        entry.external_attr = (kind | 0o777) << 16

    refused(rewritten(zip_of_one, special), "link or another special file")


def test_a_locked_file_is_refused(zip_of_one):
    locked = bytearray(zip_of_one)
    at = locked.find(b"PK\x01\x02")
    while at >= 0:
        locked[at + 8] |= 1
        at = locked.find(b"PK\x01\x02", at + 4)

    refused(bytes(locked), "locked with a password")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_way_of_packing_is_refused(zip_of_one, method):
    def packed(entry):
        entry.compress_type = method

    refused(rewritten(zip_of_one, packed), "packed in a way")


@pytest.mark.parametrize("again", [ARTICLE, "en/articles/CRAMPS.md", "EN/articles/cramps.md"])
def test_a_file_that_is_there_twice_is_refused(zip_of_one, again):
    written = BytesIO(zip_of_one)
    with zipfile.ZipFile(written, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of it too
        archive.writestr(again, "x")

    refused(written.getvalue(), "twice" if again.startswith("en") else "no file of this name")


def test_a_bomb_is_refused_before_it_is_unpacked(zip_of_one):
    began = time.perf_counter()
    bomb = with_files(zip_of_one, {"en/articles/bomb.md": b"0" * 500_000}, relist=False)

    refused(bomb, "packed far too tightly")
    refused(with_files(zip_of_one, {"en/articles/bomb.md": b"0" * 200_000_000}, relist=False), "too large")
    assert time.perf_counter() - began < 20


def test_files_that_are_too_large_together_are_refused(zip_of_one, monkeypatch):
    monkeypatch.setattr(zips, "MAX_UNPACKED", 1000)

    refused(zip_of_one, "when it is unpacked")


def test_a_zip_that_lies_about_a_size_is_refused(zip_of_one):
    """The list at its end says that a file is 10 bytes long."""
    lying = bytearray(zip_of_one)
    at = lying.find(b"PK\x01\x02")
    struct.pack_into("<L", lying, at + 24, 10)

    refused(bytes(lying), "broken")


def test_a_zip_that_is_too_large_is_refused(zip_of_one, monkeypatch):
    monkeypatch.setattr(zips, "MAX_BYTES", 100)

    refused(zip_of_one, "larger than")


def test_too_many_files_are_refused(zip_of_one):
    many = {f"en/articles/x-{number}.md": b"" for number in range(1600)}

    refused(with_files(zip_of_one, many, relist=False), "more than 1500 files")


def test_too_many_documents_are_refused(zip_of_one, monkeypatch):
    monkeypatch.setattr(parcels, "MAX_DOCUMENTS", 1)
    more = {"en/articles/more.md": files_of(zip_of_one)[ARTICLE]}

    refused(with_files(zip_of_one, more), "more than 1 documents")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        b"PK",
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 1000,
        b"PK\x05\x06" + b"\0" * 18,
        b"%PDF-1.7",
    ],
)
def test_what_is_no_zip_is_refused(db, content):
    with pytest.raises(StarterError, match=r"not a zip|broken"):
        unpack(content)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_zip_that_was_cut_off_is_refused(zip_of_one, share):
    refused(zip_of_one[: int(len(zip_of_one) * share)], "broken")


def test_folders_in_a_zip_do_no_harm(zip_of_one):
    files = {"en/": b"", "en/articles/": b""} | files_of(zip_of_one)

    assert outcomes(zipped(files)) == {ARTICLE: "new"}


# What the files must hold


FAULTS = {
    ("manifest.toml", None): "manifest.toml: it is missing",
    ("sources.toml", None): f"{ARTICLE}: no source",
    ("en/topics.toml", None): f"{ARTICLE}: no topic 'spasm'",
    (ARTICLE, None): "There is no document",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[0])
def test_a_missing_file_is_refused(zip_of_one, fault):
    content = with_files(zip_of_one, dict([fault]), relist=fault[0] != "manifest.toml")

    refused(content, FAULTS[fault])


def test_a_file_that_was_changed_on_its_way_is_refused(zip_of_one):
    content = with_words(zip_of_one, ARTICLE, "Keep warm", "Keep cold", relist=False)

    refused(content, f"{ARTICLE}: it has been changed or damaged")


def test_a_file_that_nobody_lists_is_refused(zip_of_one):
    content = with_files(zip_of_one, {"en/articles/more.md": "x"}, relist=False)

    refused(content, "en/articles/more.md: it is not listed")


def test_a_listed_file_that_is_not_there_is_refused(zip_of_one):
    refused(with_files(zip_of_one, {ARTICLE: None}, relist=False), f"{ARTICLE}: it is listed")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1", "format = 2", "its format is 2"),
        ("format = 1", 'format = "1"', "format must be written as a whole number"),
        ("format = 1", "format = true", "format must be written as a whole number"),
        ("format = 1", "", "write a value for format"),
        ("format = 1", "format = 1\nurl = 'https://evil.example'", "nobody reads url"),
        ("exported_on = 2", "exported_on = 2026-11-20T10:00:00 # ", "exported_on must be written as a day"),
        ("clinic = ", "clinic = ''\n#", "the name of the clinic"),
        ("clinic = ", f"clinic = '{'x' * 81}'\n#", "the name of the clinic"),
        ('standing = "live"', 'standing = "divine"', "use one of"),
        ('standing = "live"', 'standing = "live"\noriginal = "es/regions/neck.md"', "of the same kind"),
        ("format = 1", f"format = {'9' * 5000}", "cannot be read"),
    ],
)
def test_a_wrong_manifest_is_refused(zip_of_one, old, new, said):
    refused(
        with_words(zip_of_one, "manifest.toml", old, new, relist=False), f"manifest.toml: {said}"[:0] or said
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Cramps"', 'title = "Cramps"\nreviewed_by = "Dr. Evil"', "nobody reads reviewed_by"),
        ('title = "Cramps"', 'title = "Cramps"\nlive_from = 2020-01-01', "nobody reads live_from"),
        ('title = "Cramps"', 'title = "Cramps"\nstate = "approved"', "nobody reads state"),
        ('title = "Cramps"', 'title = "Cramps"\norigin = "starter"', "nobody reads origin"),
        ('title = "Cramps"', "title = 7", "title must be written as a text"),
        ('title = "Cramps"', f'title = "{"x" * 61}"', "more than 60 characters"),
        ('title = "Cramps"', 'title = "Cramps\\u0000"', "a character that no text has"),
        ('title = "Cramps"', 'title = "Call {ambulance}"', "there is no word {ambulance}"),
        ('kind = "condition"', 'kind = "poem"', "use one of"),
        ('kind = "condition"', "kind = {}", "kind must be written as a text"),
        ("position = ", "position = true # ", "position must be written as a whole number"),
        ("position = ", "position = -5 # ", "position"),
        ("position = ", "position = 1.5 # ", "position must be written as a whole number"),
        ("position = ", "position = 99999999999999999999 # ", "position"),
        ('"low-back"', '"tail"', "no such region: tail"),
        ('"low-back"', '["low-back"]', "regions must be a list of texts"),
        ('"low-back"', '"low-back neck"', "not one word"),
        ("written_on = 2", "written_on = 2026-11-20T10:00:00 # ", "written_on must be written as a day"),
        ("written_on = 20", "written_on = 2026-02-31 # 20", "cannot be read"),
        ("[[sources]]", "[[sauces]]", "nobody reads sauces"),
        ("[[sources]]", "[sources]", "sources must be written as a list"),
        ("supports = ", f"supports = '{'x' * 700}' # ", "supports"),
        ("# Body", "# Poem", "no part called 'Poem'"),
        ("# Body", "# Body\n\nx\n\n# Body", "stands twice"),
        ("# Body", "Text\n\n# Body", "before the first part"),
        ("+++\n", "", "begin with TOML"),
        ("A muscle", "A muscle\0", "it is not a text"),
    ],
)
def test_a_wrong_article_is_refused(zip_of_one, old, new, said):
    assert refused(with_words(zip_of_one, ARTICLE, old, new), said).startswith(f"{ARTICLE}: ")


@pytest.mark.parametrize("junk", [b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", "ñ".encode("latin-1")])
@pytest.mark.parametrize("name", [ARTICLE, "sources.toml", "en/topics.toml"])
def test_what_is_not_written_in_utf_8_is_refused(zip_of_one, name, junk):
    content = files_of(zip_of_one)[name].replace(b'"', b'"' + junk, 1)

    refused(with_files(zip_of_one, {name: content}), f"{name}: cannot be read: it is not written in UTF-8")


def test_a_manifest_that_is_not_written_in_utf_8_is_refused(zip_of_one):
    refused(with_files(zip_of_one, {"manifest.toml": b"\xff"}, relist=False), "manifest.toml: cannot be read")


@pytest.mark.parametrize("deep", ["[" * 3_000, "a = " + "[" * 3_000, "a = " + "{a=" * 3_000, "a." * 3_000])
def test_what_is_nested_too_deeply_is_refused(zip_of_one, deep):
    refused(with_files(zip_of_one, {"sources.toml": deep}), "sources.toml: cannot be read")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[source]]", "[[source]]\nreviewed = true", "nobody reads reviewed"),
        ('url = "https', 'url = "javascript:alert(1)//https', "url"),
        ("year = 2020", "year = 99999", "year"),
        ("id = ", "id = '../x' # ", "slug"),
        ("title = ", "title = '' # ", "title"),
        ("title = ", f"title = '{'x' * 500}' # ", "title"),
    ],
)
def test_a_wrong_source_is_refused(zip_of_one, old, new, said):
    content = with_words(zip_of_one, "sources.toml", old, new)
    if old == "id = ":
        content = with_words(content, ARTICLE, 'id = "', "id = '../x' # \"")

    refused(content, said)


def test_a_source_that_is_described_twice_is_refused(zip_of_one):
    twice = files_of(zip_of_one)["sources.toml"] * 2

    refused(with_files(zip_of_one, {"sources.toml": twice}), "stands twice")


def test_a_topic_that_is_too_long_is_refused(zip_of_one):
    refused(with_words(zip_of_one, "en/topics.toml", 'title = "', f'title = "{"x" * 70}'), "title")


def test_a_language_that_this_site_does_not_have_is_refused(zip_of_one):
    files = files_of(zip_of_one)
    foreign = {name.replace("en/", "tlh/"): content for name, content in files.items()}

    refused(zipped(listed(foreign)), "tlh/: this site has no language")


@pytest.mark.parametrize(
    ("make", "kind", "old", "new", "said"),
    [
        (make_checklist, "checklists", 'id = "step-2"', 'id = "step-1"', "'step-1' stands twice"),
        (make_checklist, "checklists", 'id = "step-2"', 'id = "a step"', "key"),
        (make_checklist, "checklists", "repeats = 10", "repeats = 5000", "repeats"),
        (make_checklist, "checklists", "repeats = 10", "repeats = '10'", "repeats must be written"),
        (make_checklist, "checklists", 'region = "low-back"', 'region = "tail"', "use one of"),
        (make_care_card, "care-cards", 'level = "emergency-go"', 'level = "self-care"', "call the file"),
        (make_care_card, "care-cards", 'level = "emergency-go"', 'level = "panic"', "use one of"),
        (
            make_care_card,
            "care-cards",
            "lead_in = ",
            "onclick = 'evil()'\nlead_in = ",
            "nobody reads onclick",
        ),
        (make_care_card, "care-cards", 'title = "', f'title = "{"x" * 60}', "more than 60 characters"),
        (make_region_page, "regions", "# What is there", "# What is not there", "no part called"),
        (make_glossary, "glossary", "[[term]]", "[[term]]\nhtml = '<b>'", "nobody reads html"),
        (make_glossary, "glossary", "[[term]]", "term = [1]\n#", "cannot be read"),
        (make_glossary, "glossary", "meaning = ", f"also = ['{'x' * 300}']\nmeaning = ", "also"),
    ],
)
def test_a_wrong_document_of_another_kind_is_refused(db, make, kind, old, new, said):
    make()
    content = exported(kind)
    path = next(path for path in files_of(content) if kind in path)

    assert refused(with_words(content, path, old, new), said).startswith(path)


def test_a_region_that_does_not_exist_is_refused(db):
    make_region_page()
    files = files_of(exported("regions"))
    files["en/regions/tail.md"] = files.pop("en/regions/low-back.md")

    refused(zipped(listed(files)), "call the file")


def test_words_twice_in_a_glossary_are_refused(db):
    make_glossary(terms=("spasm", "nerve"))
    content = with_words(exported("glossary"), "en/glossary.toml", 'slug = "nerve"', 'slug = "spasm"')

    refused(content, "'spasm' stands twice")


# Pictures


PICTURE_FAULTS = {
    "is not in the zip": lambda files, name: files.pop(name),
    "no picture that can be read": lambda files, name: files.update({name: b"RIFF....WEBPnothing"}),
    "not as large as its name says": lambda files, name: files.update(
        {name: picture_file(kind="WEBP", size=(20, 10)).read()}
    ),
    "is not in the zip, or stands here twice": lambda files, _name: files.update(
        {"pictures.toml": files["pictures.toml"] * 2}
    ),
    "not listed in pictures.toml": lambda files, _name: files.update({"pictures.toml": b""}),
    "not both": lambda files, _name: files.update(
        {"pictures.toml": files["pictures.toml"].replace(b'alt = "A knee."', b'alt = ""')}
    ),
    "nobody reads onload": lambda files, _name: files.update(
        {"pictures.toml": files["pictures.toml"] + b'onload = "evil()"\n'}
    ),
}


@pytest.mark.parametrize("said", PICTURE_FAULTS)
def test_a_wrong_picture_is_refused(illustrated, said):
    files = files_of(exported("articles"))
    emptied()
    name = next(name for name in files if name.startswith("pictures/"))
    PICTURE_FAULTS[said](files, name)

    refused(zipped(listed(files)), said)


# Whatever is done to a zip, it is read or refused


SIGNS = [b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\xff\xff\xff\xff", b"\0\0\0\0"]


def mutated(content, chance):
    """Return a zip in which bytes were changed, lost, doubled or moved at random."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(len(data) or 1)
        match chance.randrange(5):
            case 0:
                data[at : at + 1] = [chance.randrange(256)]
            case 1:
                del data[at : at + chance.randrange(1, 50)]
            case 2:
                data[at:at] = data[at : at + chance.randrange(1, 50)]
            case 3:
                data[at : at + 4] = chance.choice(
                    [b"PK\x01\x02", b"PK\x03\x04", b"\xff\xff\xff\xff", b"\0\0\0\0"]
                )
            case _:
                data[at : at + 1] = [byte ^ 1 << chance.randrange(8) for byte in data[at : at + 1]]
    return bytes(data)


def test_no_damage_to_a_zip_is_too_much(illustrated):
    """Three thousand damaged zips: each is read or refused, none ends in another error, nothing is stored."""
    content, chance, before = exported(), random.Random(4), everything()
    for _ in range(3000):
        with suppress(StarterError):
            receive(unpack(mutated(content, chance)))
    assert everything() == before


def test_no_damage_to_a_file_in_a_zip_is_too_much(one_of_each):
    """The same inside the files, with digests that are right again, so that every reader is reached."""
    picture = make_picture()
    make_article("draft", slug="look", body=picture.markdown)
    files, chance, before = files_of(exported(newest=True)), random.Random(7), everything()
    names = [name for name in files if name != "manifest.toml"]
    for _ in range(1500):
        name = chance.choice(names)
        damaged = files | {name: mutated(files[name], chance)}
        with suppress(StarterError):
            receive(unpack(zipped(listed(damaged))))
    assert everything() == before
