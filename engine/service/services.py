"""What every use case is given: the ports, and the few settings that rules depend on."""

from dataclasses import dataclass, field

from engine.core.approvals import Separation
from engine.ports.clock import Clock, IdSource
from engine.ports.evaluator import PolicyEvaluator
from engine.ports.explainer import PolicyExplainer
from engine.ports.leftovers import Leftovers
from engine.ports.mirror import ProviderMirror
from engine.ports.registry import ProviderRegistry
from engine.ports.runner import Runner
from engine.ports.schemas import SchemaCatalog
from engine.ports.store import Store
from engine.service.bells import Bells


@dataclass(frozen=True)
class Services:
    """The ports of one engine, and who works here.

    Attributes:
        platform: of this machine, as registries name it, such as `linux_amd64`.
        worker: names this process in leases, `host:pid:start`.
        bells: wake the workers of this process.
        separation: how far an approver must stand from the requester.
    """

    store: Store
    runner: Runner
    leftovers: Leftovers
    evaluator: PolicyEvaluator
    explainer: PolicyExplainer
    schemas: SchemaCatalog
    mirror: ProviderMirror
    registry: ProviderRegistry
    clock: Clock
    ids: IdSource
    platform: str
    worker: str
    separation: Separation = Separation.PRINCIPAL
    bells: Bells = field(default_factory=Bells)
