"""What a search means: exact names, words, parts of words, synonyms; and in which order it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.addrs import ProviderAddress
from engine.core.providers.ranking import Found, closeness, nearest_found, partly, query_of, ranked, related
from engine.core.providers.synonyms import SYNONYMS

AWS = ProviderAddress.parse("hashicorp/aws")
GOOGLE = ProviderAddress.parse("hashicorp/google")
OTHER = ProviderAddress.parse("acme/aws")

TYPES = (
    "aws_alb", "aws_cloudfront_distribution", "aws_cloudwatch_event_rule", "aws_cloudwatch_log_group",
    "aws_db_instance", "aws_dynamodb_table", "aws_ebs_volume", "aws_ecr_repository", "aws_eks_cluster",
    "aws_elasticache_cluster", "aws_glue_catalog_database", "aws_iam_policy", "aws_iam_user",
    "aws_instance", "aws_kms_alias", "aws_kms_key", "aws_lambda_alias",
    "aws_lambda_function", "aws_lb", "aws_lb_listener",
    "aws_lightsail_instance", "aws_rds_cluster", "aws_route53_record", "aws_route53_zone",
    "aws_s3_bucket", "aws_s3_bucket_policy", "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_version", "aws_security_group", "aws_sns_topic", "aws_sqs_queue",
    "aws_sqs_queue_policy", "aws_ssm_parameter", "aws_subnet", "aws_vpc",
)  # fmt: skip


def found(
    name: str = "", address: ProviderAddress = AWS, *, installed: bool = True, popularity: int = 0
) -> Found:
    kinds = ("resource",) if name else ()
    return Found.model_validate(
        {"address": address, "name": name, "kinds": kinds, "installed": installed, "popularity": popularity}
    )


ALL = [found(), *(found(name) for name in TYPES)]


def names(query: str, among: list[Found] | None = None) -> list[str]:
    return [one.name or str(one.address) for one in ranked(query_of(query), ALL if among is None else among)]


@pytest.mark.requirement("5.4.search")
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("aws_s3_bucket", "aws_s3_bucket"),
        ("aws_lb_listener", "aws_lb_listener"),
        ("aws", "hashicorp/aws"),
        ("hashicorp/aws", "hashicorp/aws"),
        ("registry.opentofu.org/hashicorp/aws", "hashicorp/aws"),
        ("bucket", "aws_s3_bucket"),
        ("buckets", "aws_s3_bucket"),
        ("aws bucket", "aws_s3_bucket"),
        ("bucket policy", "aws_s3_bucket_policy"),
        ("vm", "aws_instance"),
        ("server", "aws_instance"),
        ("Virtual Machines", "aws_instance"),
        ("queue", "aws_sqs_queue"),
        ("database", "aws_db_instance"),
        ("secret", "aws_secretsmanager_secret"),
        ("dns", "aws_route53_record"),
        ("load balancer", "aws_lb"),
        ("load-balancer", "aws_lb"),
        ("firewall", "aws_security_group"),
        ("network", "aws_vpc"),
        ("cdn", "aws_cloudfront_distribution"),
        ("function", "aws_lambda_function"),
        ("cron", "aws_cloudwatch_event_rule"),
        ("redis", "aws_elasticache_cluster"),
        ("kubernetes", "aws_eks_cluster"),
        ("disk", "aws_ebs_volume"),
        ("encryption", "aws_kms_key"),
        ("cloudfront", "aws_cloudfront_distribution"),
        ("dynamo", "aws_dynamodb_table"),
        ("manager secret", "aws_secretsmanager_secret"),
        ("ec2", "aws_instance"),
        ("kms", "aws_kms_key"),
        ("lambda", "aws_lambda_function"),
        ("rds", "aws_db_instance"),
        ("a database for postgres", "aws_db_instance"),
        ("vm in aws", "aws_instance"),
        ("the AWS", "hashicorp/aws"),
    ],
)
def test_the_first_find_is_what_people_mean(query: str, first: str) -> None:
    assert names(query)[0] == first


def test_every_word_has_to_be_met() -> None:
    assert names("bucket banana") == []
    assert names("aws zz") == []
    assert names("zz") == []
    assert names("acme bucket") == []
    assert names("hashicorp bucket")[0] == "aws_s3_bucket"


@pytest.mark.requirement("5.4.search")
def test_fillers_count_only_where_nothing_else_is_said() -> None:
    assert query_of("An alarm for  my queue") == query_of("alarm queue")
    assert query_of("for the").words == ("for", "the")


@pytest.mark.requirement("5.4.search")
def test_what_meets_the_most_words_stands_in_for_what_would_meet_all() -> None:
    def half(query: str, among: list[Found]) -> list[str]:
        return [one.name or str(one.address) for one in partly(query_of(query), among)]

    told = found("aws_odd").model_copy(update={"description": "Holds a banana."})
    assert half("bucket policy banana", ALL) == ["aws_s3_bucket_policy"]
    assert half("yellow banana", [*ALL, told]) == ["aws_odd"]
    assert half("aws banana", ALL) == ["hashicorp/aws"]
    assert [one.name for one in related(query_of("aws odd kernel"), [told, found("", OTHER)])] == [
        "aws_odd",
        "",
    ]
    assert related(query_of("yellow kernel"), [told, found("aws_lb")]) == []
    assert found("aws_lb") in related(query_of("banana lb"), [told, found("aws_lb")])
    assert half("green banana", ALL) == half("", ALL) == half("bucket", []) == []


@pytest.mark.requirement("5.4.search")
def test_what_is_installed_then_official_then_near_then_popular_comes_first() -> None:
    among = [
        found("aws_s3_bucket", OTHER, installed=False, popularity=9),
        found("aws_s3_bucket_policy"),
        found("google_storage_bucket", GOOGLE, installed=False, popularity=1),
        found("google_odd_bucket_x", GOOGLE, installed=False, popularity=5),
        found("google_odd_bucket_a", GOOGLE, installed=False, popularity=7),
    ]
    assert names("bucket", among) == [
        "aws_s3_bucket_policy",
        "google_storage_bucket",
        "google_odd_bucket_a",
        "google_odd_bucket_x",
        "aws_s3_bucket",
    ]
    assert names("aws_s3_bucket", among)[0] == "aws_s3_bucket"
    assert names("acme/aws", [found(), found("", OTHER, installed=False)]) == ["acme/aws"]


def test_what_only_a_registry_relates_comes_after_what_is_named_so() -> None:
    odd = found("google_odd", GOOGLE, installed=False)
    near = found("google_storage_bucket", GOOGLE, installed=False)
    assert names("bucket", [odd, near]) == ["google_storage_bucket"]
    assert ranked(query_of("bucket"), [odd, near], explained=False) == [near, odd]


def test_a_service_names_its_types_too() -> None:
    queue = Found(address=AWS, name="aws_thing", kinds=("resource",), subcategory="SQS (Simple Queue)")
    assert closeness(query_of("queue"), queue) == 4
    assert closeness(query_of("simple queues"), queue) == 7
    assert closeness(query_of("topic"), queue) is None


def test_a_search_without_words_means_all() -> None:
    assert len(names(" / ")) == len(ALL)


@pytest.mark.requirement("5.4.unknown")
def test_where_nothing_is_called_so_the_nearest_names_are_found() -> None:
    assert nearest_found(query_of("aws_s3_bukcet"), ALL)[0].name == "aws_s3_bucket"
    assert nearest_found(query_of("sqs quue"), ALL)[0].name == "aws_sqs_queue"
    assert nearest_found(query_of("hasicorp/aws"), ALL)[0] == found()
    assert nearest_found(query_of("zzzzzz"), ALL) == []


def test_the_table_of_synonyms_is_written_as_queries_are_compared() -> None:
    for said, ways in SYNONYMS.items():
        assert query_of(said).words == (said,)
        assert ways
        assert all(way == way.lower() and way.strip() for way in ways)


@given(st.text(max_size=60), st.booleans())
def test_any_text_can_be_searched_for(text: str, explained: bool) -> None:  # noqa: FBT001 - Hypothesis draws it
    shown = ranked(query_of(text), ALL, explained=explained)
    assert len(shown) <= len(ALL)
    assert explained or len(shown) == len(ALL)
