"""What tests of designs share."""

import urllib.request

import pytest


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def shop(live_server, collected_static, media) -> str:
    from crm.business import actions
    from engage.lib import clock

    actions.update_business(
        by="test", at=clock.now(), name="Quay Lane", postal_address="1 Quay Lane\nMilltown", sender_name="Olga"
    )
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url
