"""What every page tells the browser."""

import subprocess
import sys

import pytest

from crm.business.models import User
from engage.embedded.servers import PROJECT


@pytest.mark.django_db
def test_the_policy_is_strict(client):
    answer = client.get("/accounts/login/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_nobody_signs_up_alone(client):
    answer = client.post("/accounts/signup/", {"email": "eve@shop.example", "password1": "correct horse battery"})
    assert b"eve@" not in answer.content
    assert not User.objects.exists()


@pytest.mark.parametrize(("url", "secure"), [("https://tea.example.com", True), ("http://localhost:8000", False)])
def test_https_sets_secure_cookies_and_hsts(monkeypatch, url, secure):
    monkeypatch.setenv("PUBLIC_URL", url)
    code = (
        "from engage import settings as s; "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    assert said.split() == [str(secure)] * 3
