"""How Django asks whether a name and a password belong together, and who a session belongs to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest

from education.staff.lockout import as_counted, confirm, locked_until, note_failure
from education.staff.second_step import with_second_step


class NameAndPassword(ModelBackend):
    """Django's own way, for those who work here, with a lock after repeated failures.

    Every password that somebody types comes through here, so there is no way round the lock.
    """

    def authenticate(
        self, request: HttpRequest | None, username: Any = None, password: Any = None, **kwargs: Any
    ) -> Any:
        if username is None or password is None:
            return None
        name = as_counted(str(username))
        if locked_until(name):
            return None
        user = super().authenticate(request, username=username, password=password)
        if user is None:
            note_failure(name)
            return None
        return user if confirm(name) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return what an account may do, by itself and by its roles, in one query where Django asks two."""
        if not user_obj.is_active or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            by_roles = Permission.objects.filter(group__user=user_obj)
            own, given = (
                permissions.order_by().values_list("content_type__app_label", "codename")
                for permissions in (user_obj.user_permissions.all(), by_roles)
            )
            user_obj._perm_cache = {f"{app}.{name}" for app, name in own.union(given)}
        found: set[str] = user_obj._perm_cache
        return found

    def get_user(self, user_id: Any) -> User | None:
        """Return the account of a session, with what the second step asks for, in one query.

        Who works here no longer, or has no role any more, leaves at once.
        """
        user = with_second_step(User.objects.filter(pk=user_id)).first()
        return user if user and user.is_active and user.is_staff else None
