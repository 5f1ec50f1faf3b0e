from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editorial", "0002_desk")]

    operations = [
        migrations.AddField(
            model_name="previewlink",
            name="opened_in_minute",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
