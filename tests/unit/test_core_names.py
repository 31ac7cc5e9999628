"""Nearest names."""

from engine.core.providers.names import nearest, suggestion


def test_the_nearest_names_are_suggested_best_first() -> None:
    known = ["bucket", "bucket_prefix", "bucket_domain_name", "acl", "buckets"]
    assert nearest("bukcet", known) == ("bucket", "buckets")
    assert suggestion("bukcet", known) == "did you mean bucket or buckets?"


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert nearest("zzz", ["bucket"]) == ()
    assert suggestion("zzz", []) == ""
