"""Pictures that staff upload: checked, made smaller, written anew."""

import struct
import zlib
from contextlib import suppress
from functools import cache
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from education.clinic.models import Clinic
from education.clinic.pictures import LOGO_BOX, MAX_BYTES, cleaned_picture, picture_size
from tests.factories import PASSWORD, make_admin, make_clinic, picture_file


def upload(content, name="logo.png", kind="image/png"):
    return SimpleUploadedFile(name, content, kind)


def png_of(width, height):
    """A file that claims to be a black picture of any size, and holds at most 64 million of its pixels."""

    def chunk(kind, data):
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes((width // 8 + 1) * min(height, 8000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD = {
    "html called png": b"<!doctype html><script>alert(1)</script>",
    "svg": SVG,
    "svg called png": SVG,
    "text": b"hello",
    "nothing": b"",
    "a cut-off png": picture_file().read()[:60],
    "a gif": None,
    "a bomb of 64 million pixels": None,
    "a bomb of 900 million pixels": None,
    "a png full of text": None,
    "a zip": b"PK\x03\x04" + b"\0" * 100,
    "noise behind a png head": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


@cache
def content_of(name):
    if name.startswith("a bomb"):
        return png_of(8000, 8000) if "64" in name else png_of(30000, 30000)
    if name == "a gif":
        written = BytesIO()
        Image.new("P", (9, 9)).save(written, "GIF")
        return written.getvalue()
    if name == "a png full of text":
        info, written = PngImagePlugin.PngInfo(), BytesIO()
        for number in range(80):
            info.add_text(f"t{number}", "x" * 1_000_000, zip=True)
        Image.new("RGB", (9, 9)).save(written, "PNG", pnginfo=info)
        return written.getvalue()
    return BAD[name]


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_of_ours_is_refused(name):
    with pytest.raises(ValidationError) as refused:
        cleaned_picture(upload(content_of(name)), LOGO_BOX)
    assert "Choose" in refused.value.messages[0] or "smaller" in refused.value.messages[0]


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(ValidationError, match="larger than 5 MB"):
        cleaned_picture(upload(b"x" * (MAX_BYTES + 1)), LOGO_BOX)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_made_smaller_and_written_anew(kind):
    cleaned = cleaned_picture(picture_file(f"logo.{kind.lower()}", kind, (2000, 500)), LOGO_BOX)
    image = Image.open(cleaned)
    assert (image.format, image.size) == ("WEBP", (480, 120))
    assert picture_size(cleaned.name) == (480, 120)


def test_where_a_photo_was_taken_is_dropped():
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 12.0), 3: "W", 4: (0.0, 7.0, 39.0)}
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6  # turned by a quarter
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><GPSLatitude>51,30.2N</GPSLatitude></x:xmpmeta>'
    photo = picture_file("photo.jpg", "JPEG", (40, 20), exif=exif, xmp=xmp, comment=b"secret place")
    cleaned = cleaned_picture(photo, LOGO_BOX)
    content = cleaned.read()
    for hidden in (b"GPS", b"home", b"xmpmeta", b"secret", b"EXIF", b"XMP", b"Exif"):
        assert hidden not in content
    image = Image.open(BytesIO(content))
    assert image.size == (20, 40)
    assert not image.getexif()


def test_what_hides_behind_a_picture_is_dropped():
    polyglot = picture_file().read() + b"PK\x03\x04<script>alert(1)</script>"
    assert b"script" not in cleaned_picture(upload(polyglot), LOGO_BOX).read()


def test_random_damage_never_ends_in_a_crash():
    import random

    chance = random.Random(20261120)
    for kind in ("PNG", "JPEG", "WEBP"):
        whole = bytearray(picture_file(kind=kind, size=(60, 60), color="red").read())
        for _ in range(120):
            broken = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            with suppress(ValidationError):
                cleaned_picture(upload(bytes(broken)), LOGO_BOX)


# In the settings


@pytest.fixture
def settings_page(client, db):
    clinic = make_clinic()
    admin = make_admin()
    client.login(username=admin.username, password=PASSWORD)

    def send(**changes):
        sent = {
            "name": clinic.name, "country_code": "US", "phone": clinic.phone, "first_language": "en",
            "time_zone": "UTC", "units": "us", "checker_mode": "off", "review_months_emergency": "6",
            "review_months_home": "12", "review_months_other": "24", "long_overdue_months": "6", **changes,
        }  # fmt: skip
        return client.post("/admin/clinic/clinic/1/change/", sent)

    return send


def test_a_logo_is_cleaned_shown_and_served_with_its_own_headers(settings_page, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert settings_page(logo=picture_file("../../evil.png", size=(960, 320))).status_code == 302
    logo = Clinic.load().logo_picture
    assert (logo["width"], logo["height"]) == (480, 160)
    assert "evil" not in logo["url"]
    assert logo["url"] in client.get("/").content.decode()
    served = client.get(logo["url"])
    assert served.status_code == 200
    assert served["Content-Type"] == "image/webp"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in served["Cache-Control"]
    assert "default-src 'none'" in served["Content-Security-Policy"]
    list(served.streaming_content)
    assert [path.suffix for path in tmp_path.rglob("*.*")] == [".webp"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["logo.png", "logo.svg", "logo.html", "logo"])
@pytest.mark.parametrize("bad", ["html called png", "svg", "a bomb of 900 million pixels", "a gif"])
def test_a_bad_logo_is_refused_in_words_an_editor_understands(settings_page, settings, tmp_path, bad, name):
    settings.MEDIA_ROOT = tmp_path
    response = settings_page(logo=upload(content_of(bad), name))
    assert response.status_code == 200
    page = response.content.decode()
    assert "PNG, JPEG or WebP file" in page or "too many pixels" in page
    assert "not allowed" not in page
    assert not Clinic.load().logo
    assert not list(tmp_path.rglob("*.*"))


def test_the_logo_stays_when_other_settings_change_and_can_be_taken_away(settings_page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings_page(logo=picture_file())
    settings_page(name="Another name")
    assert Clinic.load().logo
    settings_page(**{"logo-clear": "on"})
    assert not Clinic.load().logo
