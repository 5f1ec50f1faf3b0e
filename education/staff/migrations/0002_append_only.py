from django.db import migrations

from education.staff.triggers import install, remove


def add(apps, schema_editor):
    install(schema_editor.connection)


def take_away(apps, schema_editor):
    remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]
    operations = [migrations.RunPython(add, take_away)]
