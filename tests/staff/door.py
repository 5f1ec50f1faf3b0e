"""Somebody at the door: signs in, types codes of an app, reads what the page says."""

import base64
import hashlib
import hmac
import re
import struct
import time

from django.urls import reverse

from education.staff.models import Act, Entry
from tests.factories import PASSWORD


def sign_in(client, name, password=PASSWORD, **more):
    """Send name and password; return the answer, not followed."""
    return client.post(reverse("admin:login"), {"username": name, "password": password} | more)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def is_signed_in(client):
    return client.get("/admin/password_change/").status_code == 200


def code_of(secret, late=0):
    """Return the code that an app shows for a secret (RFC 6238), some half minutes later."""
    step = struct.pack(">Q", int(time.time()) // 30 + late)
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def set_up_codes(client):
    """Set up one-time codes; return the secret that the app keeps and the page that follows."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    return secret, answer


def entries(act=None, **facts):
    """Return the entries of the trail, the oldest first."""
    found = Entry.objects.filter(**facts).order_by("pk")
    return list(found.filter(act=act) if act else found)


def count(act, **facts):
    return Entry.objects.filter(act=Act(act), **facts).count()
