"""The four roles, ready-made, and what each may do. They are made again after each upgrade.

Editions ask for the three powers by themselves, so that no page and no forged request goes round them.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

WRITE = "editorial.write_editions"
REVIEW = "editorial.review_editions"
PUBLISH = "editorial.publish_editions"

WRITER, REVIEWER = gettext_noop("Writer"), gettext_noop("Reviewer")
PUBLISHER, ADMINISTRATOR = gettext_noop("Publisher"), gettext_noop("Administrator")

EXPLAINED = {
    WRITER: _("Writes drafts and sends them to review."),
    REVIEWER: _("A clinician who reads, sends back, approves and signs. Also writes."),
    PUBLISHER: _("Decides when an approved text goes live, and takes pages off the site. Also writes."),
    ADMINISTRATOR: _("Everything, also accounts, clinic settings and the record of who did what."),
}

# Tables of the machinery, without pages of ours.
INNER = {"contenttypes", "sessions", "admin", "account", "mfa"}
ROOMS = ("articles", "checklists", "urgency", "spine")
HELPERS = ("editorial.source", "articles.picture", "articles.topic", "articles.term", "checklists.step")


def _wanted(permission: Any, role: str) -> bool:
    """Tell whether a role has a permission."""
    app, model = permission.content_type.app_label, permission.content_type.model
    name = f"{app}.{permission.codename}"
    if role == ADMINISTRATOR:
        return app not in INNER or permission.codename.startswith("view_")
    if name in {WRITE, REVIEW, PUBLISH}:
        return name == WRITE or name == {REVIEWER: REVIEW, PUBLISHER: PUBLISH}.get(role)
    if app in ROOMS or f"{app}.{model}" in HELPERS:
        return True
    if name in {"editorial.view_person", "checker.view_protocol"}:
        return True
    return role == REVIEWER and name in {
        "checker.view_decisionsignature", "checker.add_decisionsignature",
    }  # fmt: skip


def make_roles(sender: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Make the roles, and give each what it may do here and no more. Repeating it changes nothing.

    Django tells this once for each app; the last one is the moment when all permissions can be made.
    """
    if sender.label != list(apps.get_app_configs())[-1].label:
        return
    from django.contrib.auth.models import Group, Permission

    create_permissions(sender, verbosity=0, using=using)  # of the last one: Django may make them after us
    permissions = list(Permission.objects.using(using).select_related("content_type"))
    for role in EXPLAINED:
        group, made = Group.objects.using(using).get_or_create(name=role)
        wanted = {permission for permission in permissions if _wanted(permission, role)}
        if made:
            group.permissions.add(*wanted)
        elif set(group.permissions.all()) != wanted:
            group.permissions.set(wanted)
