from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("directory", "0003_known_memberships")]

    operations = [
        migrations.AddField(model_name="refresh", name="left_out", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="refresh", name="missing", field=models.JSONField(default=list)),
        migrations.AddField(model_name="refresh", name="missing_at", field=models.DateTimeField(null=True)),
    ]
