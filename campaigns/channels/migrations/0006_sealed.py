import engage.lib.vault
import orjson
from django.db import migrations
from engage.lib.vault import seal


def seal_all(apps, schema_editor):
    Account = apps.get_model("campaigns_channels", "Account")
    for account in Account.objects.all():
        account.sealed = orjson.dumps(account.secrets)
        account.save(update_fields=["sealed"])
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, secret FROM campaigns_channels_webhooksecret")
        for pk, secret in cursor.fetchall():
            sealed = seal(bytes(secret))
            cursor.execute("UPDATE campaigns_channels_webhooksecret SET secret = %s WHERE id = %s", [sealed, pk])


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns_channels', '0005_onsite'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='sealed',
            field=engage.lib.vault.SealedField(default=b'{}'),
        ),
        migrations.AlterField(
            model_name='signingkey',
            name='private',
            field=engage.lib.vault.SealedField(),
        ),
        migrations.AlterField(
            model_name='webhooksecret',
            name='secret',
            field=engage.lib.vault.SealedField(),
        ),
        migrations.RunPython(seal_all, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(
            model_name='account',
            name='secrets',
        ),
    ]
