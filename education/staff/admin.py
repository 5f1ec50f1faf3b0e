from importlib import import_module

from django.contrib import admin
from django.contrib.auth.models import Group, User

from education.staff.accounts import AccountAdmin
from education.staff.models import Entry
from education.staff.trail_pages import EntryAdmin

# Roles are fixed, and how somebody signs in is nobody else's business: pages of others make way.
for name in ("django.contrib.auth.admin", "allauth.account.admin", "allauth.mfa.admin"):
    import_module(name)
inner = [model for model in admin.site._registry if model._meta.app_label in {"account", "mfa"}]
admin.site.unregister([Group, User, *inner])

admin.site.register(User, AccountAdmin)
admin.site.register(Entry, EntryAdmin)
