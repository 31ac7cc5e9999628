"""What `engine.ports.policies` promises of policies, attachments, waivers and samples, for every store."""

import pytest

from engine.core.errors import Conflict, NotFound
from engine.core.operations.recorded import RecordedDecision
from engine.core.policy.bonds import Bond
from engine.core.policy.decision import Outcome
from engine.core.policy.metadata import PolicyMetadata
from engine.ports.store import Store
from engine.testing import builders as new

pytestmark = pytest.mark.anyio

DELETED = {"deleted_at": new.MOMENT}


async def test_a_name_belongs_to_one_policy_that_is_not_deleted(store: Store) -> None:
    first, heir = new.policy_object(id="1"), new.policy_object(id="2", labels=("b",))
    gone, zones = first.model_copy(update=DELETED), new.policy_object(id="3", name="zones")
    async with store.transaction() as tx:
        await tx.policies.save(first)
        with pytest.raises(Conflict, match="there is a policy only-buckets already"):
            await tx.policies.save(heir)
        await tx.policies.save(gone)
        assert await tx.policies.find("only-buckets") is None
        await tx.policies.save(zones)
        await tx.policies.save(heir)
        # A deleted policy may change; it takes the name from nobody.
        gone = gone.model_copy(update={"labels": ("a",)})
        await tx.policies.save(gone)
        assert await tx.policies.find("only-buckets") == heir
        assert await tx.policies.find("nothing") is None
        assert await tx.policies.list() == [gone, heir, zones]
        with pytest.raises(Conflict):
            await tx.policies.save(first)
        with pytest.raises(Conflict):
            await tx.policies.save(zones.model_copy(update={"name": "only-buckets"}))


async def test_versions_of_a_policy_have_no_gaps_and_are_kept(store: Store) -> None:
    metadata = PolicyMetadata(resource_types=("aws_s3_*",), controls={"cis-aws": ("2.1.5",)})
    second = new.policy(version=2, source="package policy\n", parameters={"a": [1]}, metadata=metadata)
    other = new.policy(name="zones", id="zones")
    async with store.transaction() as tx:
        await tx.policies.save(new.policy_object())
        await tx.policies.save(new.policy_object(name="zones", id="zones"))
        with pytest.raises(Conflict, match="its next version is 1"):
            await tx.policy_versions.add(second)
        for version in (new.policy(), second, other):
            await tx.policy_versions.add(version)
        with pytest.raises(Conflict, match="its next version is 3"):
            await tx.policy_versions.add(second)
        assert await tx.policy_versions.list(new.POLICY_ID) == [new.policy(), second]
        assert await tx.policy_versions.list("nothing") == []
        assert await tx.policy_versions.find(new.POLICY_ID, 1) == new.policy()
        assert await tx.policy_versions.find(new.POLICY_ID, 3) is None
        wanted = {new.POLICY_ID: 2, "zones": 1, "nothing": 1}
        assert await tx.policy_versions.load(wanted) == {new.POLICY_ID: second, "zones": other}
        assert await tx.policy_versions.load({"zones": 2}) == {}
        assert await tx.policy_versions.load({}) == {}


async def test_a_project_has_the_policies_of_its_attachments_and_its_labels(store: Store) -> None:
    web = new.project(labels=("env:prod", "web"))
    policies = {
        "by-hand": new.policy_object(id="1", name="by-hand", space="elsewhere"),
        "by-label": new.policy_object(id="2", name="by-label", labels=("autoattach:env:prod", "note")),
        "disabled": new.policy_object(id="3", name="disabled", enabled=False, labels=("autoattach:*",)),
        "gone": new.policy_object(id="4", name="gone", labels=("autoattach:*",), **DELETED),
        "not-here": new.policy_object(id="5", name="not-here", labels=("autoattach:*",), space="elsewhere"),
        "not-it": new.policy_object(id="6", name="not-it", labels=("autoattach:env", "env:prod")),
        "twice": new.policy_object(id="7", name="twice", labels=("autoattach:*", "autoattach:web")),
    }
    async with store.transaction() as tx:
        await tx.projects.add(web)
        await tx.projects.add(new.project(id="other", name="other"))
        for policy in policies.values():
            await tx.policies.save(policy)
        for project_id, policy_id in (("other", "6"), (web.id, "1"), (web.id, "4"), (web.id, "7")):
            await tx.attachments.attach(project_id, policy_id)
            await tx.attachments.attach(project_id, policy_id)
        assert await tx.attachments.bonds(web) == [
            Bond(policy=policies["by-hand"], by_hand=True),
            Bond(policy=policies["by-label"], by_hand=False, labels=("autoattach:env:prod",)),
            Bond(policy=policies["disabled"], by_hand=False, labels=("autoattach:*",)),
            Bond(policy=policies["twice"], by_hand=True, labels=("autoattach:*", "autoattach:web")),
        ]
        assert await tx.attachments.detach(web.id, "7") is True
        assert await tx.attachments.detach(web.id, "7") is False
        assert [bond.by_hand for bond in await tx.attachments.bonds(web)] == [True, False, False, False]
        await tx.attachments.attach("other", "1")
        assert await tx.attachments.by_hand("1") == sorted([web.id, "other"])
        assert await tx.attachments.by_hand("7") == []


async def test_only_what_exists_can_be_attached_or_waived(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.projects.add(new.project())
        await tx.policies.save(new.policy_object())
        for project_id, policy_id in ((new.PROJECT_ID, "nothing"), ("nothing", new.POLICY_ID)):
            with pytest.raises(NotFound):
                await tx.attachments.attach(project_id, policy_id)
            with pytest.raises(NotFound):
                await tx.waivers.add(new.waiver(project_id=project_id, policy_id=policy_id))


async def test_waivers_are_listed_by_age_and_removed_one_by_one(store: Store) -> None:
    first, second = new.waiver(id="1"), new.waiver(id="2", resource_id="", resource_type="aws_s3_bucket")
    elsewhere = new.waiver(id="3", project_id="other")
    async with store.transaction() as tx:
        await tx.projects.add(new.project())
        await tx.projects.add(new.project(id="other", name="other"))
        await tx.policies.save(new.policy_object())
        for waiver in (second, elsewhere, first):
            await tx.waivers.add(waiver)
        assert await tx.waivers.list() == [first, second, elsewhere]
        assert await tx.waivers.list(new.PROJECT_ID) == [first, second]
        assert await tx.waivers.find("3") == elsewhere
        assert (await tx.waivers.remove("1"), await tx.waivers.remove("1")) == (True, False)
        assert (await tx.waivers.find("1"), await tx.waivers.list(new.PROJECT_ID)) == (None, [second])


async def test_samples_are_listed_newest_first_by_policy_and_outcome(store: Store) -> None:
    first, second = new.sample(0), new.sample(1, outcome=Outcome.DENIED)
    same_time, other = new.sample(2, at=second.at), new.sample(3, policy_id="zones")
    async with store.transaction() as tx:
        for sample in (same_time, other, first, second):
            await tx.samples.add(sample)
        assert await tx.samples.list(None, None, 9) == [other, same_time, second, first]
        assert await tx.samples.list(new.POLICY_ID, None, 2) == [same_time, second]
        assert await tx.samples.list(new.POLICY_ID, Outcome.DENIED, 9) == [second]
        assert await tx.samples.list(None, Outcome.ALLOWED, 9) == [other, same_time, first]
        assert (await tx.samples.find(first.id), await tx.samples.find("nothing")) == (first, None)


async def test_pruning_forgets_the_old_of_all_policies_and_the_surplus_of_one(store: Store) -> None:
    samples = [new.sample(number) for number in range(5)]
    others = [new.sample(10 + number, policy_id="zones", at=samples[number].at) for number in range(5)]
    async with store.transaction() as tx:
        for sample in (*samples, *others):
            await tx.samples.add(sample)
        assert await tx.samples.prune(new.POLICY_ID, samples[1].at, 9) == 2
        assert await tx.samples.list(new.POLICY_ID, None, 9) == samples[:0:-1]
        assert await tx.samples.prune(new.POLICY_ID, samples[1].at, 2) == 2
        assert await tx.samples.list(new.POLICY_ID, None, 9) == [samples[4], samples[3]]
        assert await tx.samples.list("zones", None, 9) == others[:0:-1]
        assert await tx.samples.prune("nothing", new.MOMENT, 0) == 0


async def test_decisions_are_walked_through_page_by_page_for_chosen_projects(store: Store) -> None:
    operations = [new.operation(number, project_id="ab"[number % 2]) for number in range(4)]
    recorded = [
        RecordedDecision(
            id=new.identifier(300 + number),
            operation=operation,
            decision=new.decision(input_digest=str(number)),
            policy_input={"n": number},
        )
        for number, operation in enumerate(operations)
    ]
    async with store.transaction() as tx:
        for each in reversed(recorded):
            await tx.operations.add(each.operation)
            await tx.decisions.add(each.id, each.operation.id, each.decision, each.policy_input)
        assert await tx.decisions.page({"a", "b"}, None, 9) == recorded
        assert await tx.decisions.page({"a", "b"}, None, 3) == recorded[:3]
        assert await tx.decisions.page({"a", "b"}, recorded[2].id, 3) == recorded[3:]
        assert await tx.decisions.page({"b"}, None, 9) == recorded[1::2]
        assert await tx.decisions.page((), None, 9) == []
        assert [await tx.decisions.count(ids) for ids in ({"a", "b"}, {"b"}, ())] == [4, 2, 0]
        assert await tx.decisions.input(recorded[2].id) == {"n": 2}
        assert await tx.decisions.input("nothing") is None
        assert await tx.decisions.find(recorded[2].id) == recorded[2].decision
