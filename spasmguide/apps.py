from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Django's admin, under our own heading and with our own style sheet."""

    default_site = "spasmguide.admin.StaffSite"
