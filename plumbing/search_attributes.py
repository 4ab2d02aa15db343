"""Makes search attributes known to a Temporal server; registering them twice does no harm."""

from collections.abc import Sequence
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeIndexedValueType, SearchAttributeKey

FLAG_TYPES = {
    SearchAttributeIndexedValueType.TEXT: "Text",
    SearchAttributeIndexedValueType.KEYWORD: "Keyword",
    SearchAttributeIndexedValueType.INT: "Int",
    SearchAttributeIndexedValueType.DOUBLE: "Double",
    SearchAttributeIndexedValueType.BOOL: "Bool",
    SearchAttributeIndexedValueType.DATETIME: "Datetime",
    SearchAttributeIndexedValueType.KEYWORD_LIST: "KeywordList",
}
Keys = Sequence[SearchAttributeKey[Any]]


class SearchAttributeTaken(RuntimeError):
    """The server has an attribute of that name with another type; it can't be changed, only removed."""


def as_flags(keys: Keys) -> list[tuple[str, str]]:
    """Names and types as the server's own command line spells them."""
    return [(key.name, FLAG_TYPES[key.indexed_value_type]) for key in keys]


async def register(client: Client, keys: Keys) -> list[str]:
    """Add those the namespace lacks; the names added are the answer."""
    namespace = client.namespace
    there = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=namespace)
    )
    wanted = {key.name: IndexedValueType.ValueType(key.indexed_value_type.value) for key in keys}
    for name, kind in wanted.items():
        if there.custom_attributes.get(name, kind) != kind:
            raise SearchAttributeTaken(f"search attribute {name} exists in {namespace} with another type")
    missing = {name: kind for name, kind in wanted.items() if name not in there.custom_attributes}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=namespace, search_attributes=missing)
        )
    return sorted(missing)
