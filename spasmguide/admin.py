from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class StaffSite(AdminSite):
    site_header = _("SpasmGuide for staff")
    site_title = _("SpasmGuide")
    index_title = _("What would you like to do?")
