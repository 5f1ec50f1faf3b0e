from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedFile(models.Model):
    """A file of the starter library that has been taken in, by its content."""

    path = models.CharField(max_length=200, unique=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("file of the starter library")
        verbose_name_plural = _("files of the starter library")

    def __str__(self) -> str:
        return self.path


class Exchange(LoadedFile):
    """The staff pages on which documents leave and arrive: an entry of the admin, and no table."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("export and import")
        verbose_name_plural = _("export and import")
