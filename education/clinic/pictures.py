"""Take in a picture that staff upload: check it, make it smaller, write it anew.

Writing it anew drops what a file can hide: where a photo was taken, scripts, a second file behind it.
"""

import re
import warnings
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
PICTURES = "image/png,image/jpeg,image/webp"  # what the browser offers to choose from
LOGO_BOX = (480, 160)  # pixels: twice the largest size on the page, for sharp screens


def cleaned_picture(upload: "UploadedFile[Any]", box: tuple[int, int]) -> "ContentFile[bytes]":
    """Return the upload as a WebP file that fits into ``box`` (width, height in pixels).

    Its name is made of its content and its size, like ``0f3a9c…-480x120.webp``.
    Raises ``ValidationError`` with what to do when it is too large or no picture.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(_("This file is larger than 5 MB. Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            upload.seek(0)
            opened = Image.open(upload, formats=FORMATS)
            if opened.width * opened.height > MAX_PIXELS:
                raise ValidationError(_("This picture has too many pixels. Make it smaller first."))
            image = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise ValidationError(
            _("This file is not a picture we can read. Choose a PNG, JPEG or WebP file.")
        ) from error
    image.thumbnail(box)
    written = BytesIO()
    image.save(written, "WEBP", quality=88, method=4)
    content = written.getvalue()
    name = f"{sha256(content).hexdigest()[:20]}-{image.width}x{image.height}.webp"
    return ContentFile(content, name)


def logo_name(_clinic: Any, name: str) -> str:
    return f"logo/{name}"


def picture_size(name: str | None) -> tuple[int, int]:
    """Return width and height in pixels from a name that ``cleaned_picture`` made."""
    size = re.search(r"-(\d+)x(\d+)[^/]*\.webp$", name or "")
    return (int(size[1]), int(size[2])) if size else LOGO_BOX
