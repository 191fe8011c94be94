import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("crm_events", "0002_partitions")]
    operations = [
        migrations.AddIndex(
            model_name="event",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="event_at"),
        ),
        # Who looked at a product, by its number or by the words searched for: see crm.catalog.news. Cut short, because
        # an index takes no long text.
        migrations.RunSQL(
            """
            CREATE INDEX event_look ON crm_events_event ((
                left(CASE WHEN name = 'Products Searched' THEN 'q ' || lower(btrim(properties ->> 'query'))
                     ELSE 'p ' || coalesce(properties ->> 'product_id', properties ->> 'sku') END, 120)), contact_id)
            WHERE name IN ('Product Viewed', 'Product Added', 'Product Added to Wishlist', 'Products Searched')
            """,
            "DROP INDEX event_look",
        ),
    ]
