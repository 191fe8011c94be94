"""The secret key of an installation is made once."""

from concurrent.futures import ThreadPoolExecutor

from engage.lib import secret


def test_it_is_kept_where_only_the_owner_reads_it(tmp_path):
    first = secret.kept_in(tmp_path / "home" / "secret_key")
    assert secret.kept_in(tmp_path / "home" / "secret_key") == first
    assert len(first) >= 50
    assert (tmp_path / "home" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_all_who_make_it_at_once_get_the_same(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(secret.kept_in, [tmp_path / "secret_key"] * 64))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
