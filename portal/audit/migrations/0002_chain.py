"""The chain of the audit: rows that are there get their places and seals, then only adding is left."""

from __future__ import annotations

from typing import Any

import django.utils.timezone
from django.db import migrations, models
import django.db.models.functions

from portal.audit import chain, checkpoints, triggers


def link(apps: Any, schema_editor: Any) -> None:
    """Number what is there in the order of ids, which move up where there was a gap."""
    rows = apps.get_model("audit", "AuditRow").objects.using(schema_editor.connection.alias)
    number, last = 0, chain.BEGIN
    for row in rows.order_by("id").iterator():
        number, previous, pk = number + 1, last, row.pk
        last = chain.seal(chain.told(row), number, previous)
        rows.filter(pk=pk).update(id=number, number=number, previous=previous, hash=last)
    apps.get_model("audit", "AuditHead").objects.using(schema_editor.connection.alias).create(pk=1, number=number, hash=last)
    checkpoints.begin(number, last)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('hash', models.CharField(default='0' * 64, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='AuditSegment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_number', models.PositiveBigIntegerField(unique=True)),
                ('last_number', models.PositiveBigIntegerField(unique=True)),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['first_number'],
            },
        ),
        migrations.AddField(
            model_name='operation',
            name='account',
            field=models.CharField(blank=True, default='', max_length=255),
        ),
        migrations.AddField(
            model_name='operation',
            name='undoes',
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.AddField(
            model_name='auditrow',
            name='account',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='auditrow',
            name='number',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='auditrow',
            name='previous',
            field=models.CharField(default='', max_length=64),
        ),
        migrations.AddField(
            model_name='auditrow',
            name='hash',
            field=models.CharField(default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='auditrow',
            name='at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AlterField(
            model_name='auditrow',
            name='role',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.RunPython(link, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='auditrow',
            name='number',
            field=models.PositiveBigIntegerField(unique=True),
        ),
        migrations.AlterField(
            model_name='auditrow',
            name='previous',
            field=models.CharField(max_length=64),
        ),
        migrations.AlterField(
            model_name='auditrow',
            name='hash',
            field=models.CharField(max_length=64),
        ),
        migrations.AddIndex(
            model_name='auditrow',
            index=models.Index(fields=['platform_id', 'account', '-id'], name='audit_row_account'),
        ),
        migrations.AddIndex(
            model_name='auditrow',
            index=models.Index(models.functions.Upper('user_name'), models.OrderBy(models.F('id'), descending=True), name='audit_row_name'),
        ),
        migrations.RunPython(triggers.make, triggers.remove),
    ]
