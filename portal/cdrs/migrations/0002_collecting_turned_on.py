from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cdrs", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="collecting",
            name="turned_on",
            field=models.DateField(null=True),
        ),
    ]
