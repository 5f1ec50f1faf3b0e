"""A member of staff at the admin: reads the forms on a page and sends them back filled in."""

import html5lib
from django.test import Client
from django.urls import reverse


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def admin_url(thing, page="change", *more):
    opts = thing._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[thing.pk, *more])


def form_on(response, which=""):
    """Return what a browser would send of the main form of a page, untouched; files and buttons left out."""
    page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    forms = [form for form in page.iter("form") if form.get("method") == "post"]
    form = next(f for f in forms if (f.get("id") or "").endswith(which or "_form") or f.get("id") is None)
    if which == "" and any((f.get("id") or "").endswith("_form") for f in forms):
        form = next(
            f for f in forms if (f.get("id") or "").endswith("_form") and f.get("id") != "logout-form"
        )
    sent, boxes = {}, {}
    for field in form.iter():
        name = field.get("name")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == "textarea":
            # The first line end after the tag is not part of the text.
            sent[name] = "".join(field.itertext()).replace("\n", "\r\n")
        elif field.tag == "select":
            chosen = [o.get("value") for o in field.iter("option") if o.get("selected") is not None]
            if field.get("multiple") is not None:
                sent[name] = chosen
            else:
                first = next(iter(field.iter("option")), None)
                sent[name] = chosen[0] if chosen else (first.get("value") if first is not None else "")
        elif field.tag == "input" and field.get("type") in {"checkbox", "radio"}:
            if field.get("checked") is not None:  # boxes of one name send each of their values
                boxes.setdefault(name, []).append(field.get("value", "on"))
                sent[name] = boxes[name] if len(boxes[name]) > 1 else boxes[name][0]
        elif field.tag == "input" and field.get("type") not in {"submit", "file", "button"}:
            sent[name] = field.get("value", "")
    return sent


def save(client, thing, *, press="_save", **changes):
    """Open the page of a thing, change some fields, press a button; return the answer, followed."""
    url = admin_url(thing)
    page = client.get(url)
    assert page.status_code == 200
    return client.post(url, form_on(page) | changes | {press: "1"}, follow=True)


def act(client, edition, name, **fields):
    """Do something with an edition; return the answer, followed."""
    url = admin_url(edition, "act", name)
    page = client.get(url, follow=True)
    assert page.status_code == 200
    sent = form_on(page) if b"<form method" in page.content else {}
    return client.post(url, sent | fields, follow=True)


def publish(client, edition, **fields):
    """Publish an approved edition, with a reason for each warning; return the answer, followed."""
    sent = form_on(client.get(admin_url(edition, "act", "publish")))
    reasons = {name: "Our readers know this." for name in sent if name.startswith("reason_")}
    return act(client, edition, "publish", **reasons | fields)


def told(response):
    """The messages on top of the page."""
    return [str(message) for message in response.context["messages"]]


def faults_on(response):
    """The sentences of the error box of an act."""
    page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    boxes = [ul for ul in page.iter("ul") if "act__faults" in (ul.get("class") or "")]
    return ["".join(item.itertext()).strip() for box in boxes for item in box.iter("li")]
