"""References between resources as OpenTofu's expressions: `vpc-main.id` becomes `aws_vpc.vpc-main.id`."""

from engine.core.hcl.literals import Expression, quoted
from engine.core.hcl.paths import Place, places
from engine.core.providers.schema import Block
from engine.core.refs import Ref


def reference(resource_type: str, block: Block, ref: Ref) -> Expression:
    """Return the expression that reads what `ref` names of a resource of that type.

    The schema tells attributes from map keys. A set has no positions in OpenTofu: it is read in the order of
    its state, as the engine resolves references.
    """
    text = f"{resource_type}.{ref.resource_id}"
    for place, step in places(block, ref.path):
        if place is Place.OBJECT:
            text = f"{text}.{step}"
        elif place is Place.MAP or not step.isdecimal():
            text = f"{text}[{quoted(step)}]"
        else:
            text = f"tolist({text})[{int(step)}]" if place is Place.SET else f"{text}[{int(step)}]"
    return Expression(text)
