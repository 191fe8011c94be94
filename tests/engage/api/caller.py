"""A program of the shop that calls the REST interface."""

from typing import Any

from django.test import Client

ROOT = "/api/v1/"


class Caller:
    """`api.get("contacts/")`, `api.post("contacts/", {...}, once="key")`: the answer, with its JSON in `said`."""

    def __init__(self, key: str = "", root: str = ROOT) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {key}"} if key else {})
        self.root = root

    def get(self, path: str, **query: Any) -> Any:
        return _read(self.client.get(self.root + path, query))

    def post(self, path: str, body: Any = None, *, once: str = "") -> Any:
        return self._send("post", path, body, {"Idempotency-Key": once} if once else {})

    def put(self, path: str, body: Any = None) -> Any:
        return self._send("put", path, body, {})

    def patch(self, path: str, body: Any = None) -> Any:
        return self._send("patch", path, body, {})

    def delete(self, path: str) -> Any:
        return _read(self.client.delete(self.root + path))

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        data = "" if body is None else body
        send = getattr(self.client, method)
        return _read(send(self.root + path, data, content_type="application/json", headers=headers))


def _read(response: Any) -> Any:
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    response.said = response.json() if is_json else None
    return response


def errors(response: Any, status: int = 400) -> dict[str, str]:
    """What is wrong, by field; every error has the one shape."""
    assert response.status_code == status, (response.status_code, response.content)
    assert set(response.said) == {"errors"}
    found = response.said["errors"]
    assert found
    assert all({"index", "field", "message"} <= set(error) for error in found)
    return {error["field"]: error["message"] for error in found}
