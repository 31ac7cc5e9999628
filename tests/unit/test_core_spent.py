"""What is kept of a request once its operation has ended."""

from engine.core.operations.operation import OperationKind, Request
from engine.core.operations.spent import without_secrets
from engine.testing import builders as new

CONFIG = {"name": "logs", "token": {"a": ["s3cret"]}, "size": None}


def test_arguments_that_hold_a_secret_are_hidden_whole_and_the_digest_stays() -> None:
    told = new.operation(request=new.request(config=CONFIG), secret_arguments=("token",))
    spent = without_secrets(told)
    assert spent.request.config == {"name": "logs", "token": "(sensitive value)", "size": None}
    assert spent.request_digest == told.request_digest
    assert without_secrets(spent) == spent


def test_where_no_schema_has_told_what_is_secret_nothing_is_kept() -> None:
    for config in (CONFIG, ["s3cret"], "s3cret", None):
        spent = without_secrets(new.operation(request=new.request(config=config)))
        assert spent.request == new.request(config=None)
    told = new.operation(request=new.request(config="s3cret"), secret_arguments=())
    assert without_secrets(told).request.config is None


def test_of_the_changes_of_a_set_the_configurations_go() -> None:
    changes = (new.request(config=CONFIG), new.request(kind=OperationKind.DELETE, config=None))
    body = Request(kind=OperationKind.CHANGE_SET, changes=changes)
    spent = without_secrets(new.operation(request=body, secret_arguments=()))
    assert spent.request.changes == (new.request(config=None), changes[1])
