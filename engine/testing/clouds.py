"""A cloud in memory: objects by type and id, which the fake provider and tests change alike."""

from engine.core.errors import ProviderFailed
from engine.core.providers.schema import Block
from engine.core.values import JsonObject
from engine.testing.schemas import RESOURCES

Place = tuple[str, str]


class FakeCloud:
    """Objects with their attributes; what a test changes here is drift to the engine.

    Attributes:
        objects: attributes by (type, id).
        writes: every effect in its order, as (verb, type, id).
        forgets: attributes that writes drop in silence.
    """

    def __init__(self) -> None:
        self.objects: dict[Place, JsonObject] = {}
        self.writes: list[tuple[str, str, str]] = []
        self.forgets: set[str] = set()
        self._made = 0

    def read(self, resource_type: str, object_id: str | None) -> JsonObject | None:
        """Return the attributes of an object, None where it does not exist."""
        found = self.objects.get((resource_type, object_id)) if object_id else None
        return None if found is None else dict(found)

    def create(self, resource_type: str, attributes: JsonObject) -> JsonObject:
        """Make an object and return its attributes; named objects have their name for an id.

        Raises:
            ProviderFailed: an object of this name exists.
        """
        self._made += 1
        name = attributes.get("name")
        object_id = name if isinstance(name, str) else f"{resource_type}-{self._made}"
        if (resource_type, object_id) in self.objects:
            raise ProviderFailed("the provider refused", untrusted=f"{object_id} already exists")
        given = {**attributes, "id": object_id}
        if "arn" in RESOURCES[resource_type].block.attributes:
            given["arn"] = f"arn:fake:{object_id}"
        return self._write("create", resource_type, object_id, given)

    def update(self, resource_type: str, object_id: str, attributes: JsonObject) -> JsonObject:
        """Change an object and return its attributes.

        Raises:
            ProviderFailed: it does not exist.
        """
        if (resource_type, object_id) not in self.objects:
            raise ProviderFailed("the provider refused", untrusted=f"there is no {object_id}")
        return self._write("update", resource_type, object_id, {**attributes, "id": object_id})

    def delete(self, resource_type: str, object_id: str) -> None:
        """Remove an object; one that is gone already is no error, as providers have it."""
        if self.objects.pop((resource_type, object_id), None) is not None:
            self.writes.append(("delete", resource_type, object_id))

    def _write(self, verb: str, resource_type: str, object_id: str, attributes: JsonObject) -> JsonObject:
        kept = {name: value for name, value in attributes.items() if name not in self.forgets}
        read = _as_read(RESOURCES[resource_type].block, kept)
        self.objects[resource_type, object_id] = read
        self.writes.append((verb, resource_type, object_id))
        return dict(read)


def _as_read(block: Block, attributes: JsonObject) -> JsonObject:
    """Return attributes as a cloud answers them: every one present, maps that nobody set empty."""
    read: JsonObject = {}
    for name, attribute in block.attributes.items():
        value = attributes.get(name)
        if value is None and attribute.type == ["map", "string"]:
            value = {}
        if value is None and attribute.read_only:
            value = "1"
        read[name] = value
    for name, nested in block.block_types.items():
        blocks = attributes.get(name)
        read[name] = (
            [_as_read(nested.block, item) for item in blocks if isinstance(item, dict)]
            if isinstance(blocks, list)
            else []
        )
    return read
