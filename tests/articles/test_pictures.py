"""Pictures in articles: uploaded, cleaned, told about or marked as decorative, and put into a text."""

import html
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from education.articles.models import Picture
from education.staff.models import Act, Entry
from education.staff.roles import WRITER
from education.wording.markup import faults, to_html
from tests.clinic.test_pictures import png_of
from tests.desk.staff import admin_url, form_on, save, signed_in
from tests.factories import make_article, make_person, make_user, picture_file

pytestmark = pytest.mark.django_db

ADD, CHOOSE = "/admin/articles/picture/add/", "/admin/articles/picture/choose/"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def writer():
    return signed_in(make_person("Wren Writer", roles=[WRITER]).user)


def sent(client, url=ADD, **fields):
    words = {"file": picture_file(), "alt": "Two knees under a blanket", "credit": "own work"}
    return client.post(url, {name: value for name, value in (words | fields).items() if value is not None})


def shown(answer):
    return html.unescape(answer.content.decode())


def content_of(picture):
    with picture.file.open() as file:
        return file.read()


def photo(**options):
    """A photo as a phone takes it: it knows where it was taken, and by whom."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 12.0), 3: "W", 4: (0.0, 7.0, 39.0)}
    exif[0x013B] = "Dana at home"
    return picture_file("photo.jpg", "JPEG", (2400, 1600), exif=exif, comment=b"secret place", **options)


def animated(kind):
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "green", "blue")]
    written = BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:], duration=100)
    return SimpleUploadedFile(f"moving.{kind.lower()}", written.getvalue(), f"image/{kind.lower()}")


def test_a_photo_is_made_smaller_written_anew_and_forgets_where_it_was_taken(writer):
    sent(writer, file=photo())
    content = content_of(Picture.objects.get())
    for hidden in (b"GPS", b"Dana", b"secret", b"Exif", b"EXIF"):
        assert hidden not in content
    image = Image.open(BytesIO(content))
    assert (image.format, image.size) == ("WEBP", (1200, 800))
    assert not image.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_stays(writer, kind):
    sent(writer, file=animated(kind))
    image = Image.open(BytesIO(content_of(Picture.objects.get())))
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((20, 15))[0] > 200  # red


def test_what_hides_behind_a_picture_is_dropped(writer):
    polyglot = picture_file().read() + b"PK\x03\x04<script>alert(1)</script>"
    sent(writer, file=SimpleUploadedFile("x.png", polyglot, "image/png"))
    assert b"script" not in content_of(Picture.objects.get())


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "an svg": (SVG, "Choose a PNG, JPEG or WebP file."),
    "a page": (b"<!doctype html><script>alert(1)</script>", "Choose a PNG, JPEG or WebP file."),
    "half a picture": (picture_file().read()[:60], "Choose a PNG, JPEG or WebP file."),
    "a moving gif": (None, "Choose a PNG, JPEG or WebP file."),
    "a huge file": (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    "a picture of 900 million pixels": (None, "Choose a PNG, JPEG or WebP file."),
}


@pytest.mark.parametrize("url", [ADD, CHOOSE])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_of_ours_is_refused_in_words(writer, name, url):
    content, words = REFUSED[name]
    if name == "a moving gif":
        content = animated("GIF").read()
    elif content is None:
        content = png_of(30000, 30000)
    answer = sent(writer, url, file=SimpleUploadedFile("x.png", content, "image/png"))
    assert answer.status_code == 200
    assert words in shown(answer)
    assert "Two knees under a blanket" in shown(answer)  # what was typed stays
    assert not Picture.objects.exists()


# Told or decorative


@pytest.mark.parametrize("url", [ADD, CHOOSE])
@pytest.mark.parametrize(("fields", "words"), [
    ({"alt": ""}, "Say what the picture shows, or tick 'decorative'"),
    ({"decorative": "on"}, "A decorative picture is not told about."),
    ({"credit": ""}, "This field is required."),
    ({"file": None}, "This field is required."),
    ({"alt": "x" * 151}, "at most 150 characters"),
])  # fmt: skip
def test_what_is_missing_is_said_beside_the_field(writer, url, fields, words):
    answer = sent(writer, url, **fields)
    assert answer.status_code == 200
    assert shown(answer).count(words) == 1
    assert not Picture.objects.exists()


def test_the_database_refuses_a_picture_that_is_neither_told_nor_decorative():
    with pytest.raises(IntegrityError), transaction.atomic():
        Picture.objects.create(file="pictures/x-1x1.webp", credit="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Picture.objects.create(file="pictures/x-1x1.webp", credit="x", alt="x", decorative=True)


def test_a_decorative_picture_says_nothing_to_those_who_cannot_see_it(writer):
    sent(writer, alt="", decorative="on")
    line = Picture.objects.get().markdown
    assert line.startswith("![decorative](/media/pictures/")
    assert faults(line) == []
    assert 'alt=""' in to_html(line)


@pytest.mark.parametrize("line", [
    "![](/media/pictures/0f3a-10x10.webp)", "![ ](/media/pictures/0f3a-10x10.webp)",
    "![](figure:knee-rolls)",
])  # fmt: skip
def test_a_picture_without_words_and_without_the_mark_is_a_fault(line):
    assert any("needs words" in fault for fault in faults(line))


def test_a_drawing_is_never_decorative():
    assert 'aria-label="decorative"' in to_html("![decorative](figure:knee-rolls)")


def test_a_picture_that_tells_something_cannot_be_made_decorative_in_a_text(writer):
    sent(writer)
    picture = Picture.objects.get()
    edition = make_article("draft", body=f"![decorative]({picture.file.url})")
    assert "picture-words" in [error.code for error in edition.errors() if error.field == "body"]
    edition.body = picture.markdown
    assert "picture-words" not in [error.code for error in edition.errors()]


def test_a_decorative_picture_is_no_error_in_a_text(writer):
    sent(writer, alt="", decorative="on")
    edition = make_article("draft", body=f"Words.\n\n{Picture.objects.get().markdown}")
    assert "body" not in [error.field for error in edition.errors()]


# From within an article


def test_an_uploaded_picture_is_shown_with_the_line_to_put_in(writer):
    answer = sent(writer, CHOOSE)
    picture = Picture.objects.get()
    assert answer.url == f"{CHOOSE}?made={picture.pk}"
    page = writer.get(answer.url)
    assert picture.markdown in shown(page)
    assert Entry.objects.get(act=Act.ADD, kind="articles.picture").thing == "Two knees under a blanket"


def test_pictures_are_found_by_what_they_show(writer):
    sent(writer)
    sent(writer, file=picture_file(color="red"), alt="A red chair")
    items = writer.get(f"{CHOOSE}?q=chair").context["items"]
    assert [item.label for item in items] == ["A red chair"]
    assert "Nothing fits these words." in shown(writer.get(f"{CHOOSE}?q=table"))


@pytest.mark.parametrize("made", ["no", "999", "9" * 40, "²", "-1"])
def test_an_address_of_no_picture_is_answered_calmly(writer, made):
    assert writer.get(f"{CHOOSE}?made={made}").status_code == 200


def test_the_words_of_a_picture_can_be_mended_without_sending_it_again(writer):
    sent(writer)
    picture = Picture.objects.get()
    before = picture.file.name
    save(writer, picture, alt="Two bent knees")
    picture.refresh_from_db()
    assert (picture.alt, picture.file.name) == ("Two bent knees", before)
    assert form_on(writer.get(admin_url(picture)))["alt"] == "Two bent knees"


def test_pictures_are_closed_to_others(client):
    assert client.get(CHOOSE).status_code == 302
    guest = signed_in(make_user())
    assert guest.get(CHOOSE).status_code == 403
    assert sent(guest, CHOOSE).status_code == 403
    assert not Picture.objects.exists()
