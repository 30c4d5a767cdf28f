"""What the mirror knows already: where every account belongs, and until when those belonged that are gone."""

from django.db import migrations

BATCH = 1000


def fill(apps, schema_editor):
    """Make a membership of every row; one whose name somebody had before begins when that one went."""
    Account = apps.get_model("directory", "Account")
    Membership = apps.get_model("directory", "Membership")
    last, batch = {}, []
    rows = Account.objects.order_by("platform_id", "account", "gone_at").values_list("platform_id", "account", "agent_account", "gone_at")
    gone = [row for row in rows.filter(gone_at__isnull=False)]
    for platform_id, account, agent, gone_at in gone:
        since = last.get((platform_id, account))
        batch.append(Membership(platform_id=platform_id, account=account, agent_account=agent, since=since, until=gone_at, gone=True))
        last[platform_id, account] = gone_at
    for platform_id, account, agent, _gone_at in rows.filter(gone_at=None).iterator(chunk_size=BATCH):
        since = last.get((platform_id, account))
        batch.append(Membership(platform_id=platform_id, account=account, agent_account=agent, since=since))
    Membership.objects.bulk_create(batch, batch_size=BATCH)


class Migration(migrations.Migration):

    dependencies = [("directory", "0002_trees_with_times")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
