"""How every process speaks to Temporal: one data converter and one way to connect.

Worker, API, replays, tests and the codec server share the converter; a process with another one would
write payloads that nobody else can read.
"""

from copy import copy
from typing import Self

from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
    SerializationContext,
)
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression

from plumbing.codec import CaseCodec
from plumbing.keys import KeyStore
from plumbing.settings import TemporalSettings

_JSON = PydanticJSONPlainPayloadConverter()


class CaseConverter(DataConverter):
    """A converter of which only the codec asks whose a payload is; the library would make all of it anew each time."""

    def with_context(self, context: SerializationContext) -> Self:
        assert isinstance(self.payload_codec, CaseCodec)
        own = copy(self)
        object.__setattr__(own, "payload_codec", self.payload_codec.with_context(context))
        return own


class SharedConverter(CompositePayloadConverter):
    """Pydantic values, read by type adapters all cases share.

    The library makes a converter for every workflow it holds; adapters of their own would cost each case megabytes and
    a good part of a second.
    """

    def __init__(self) -> None:
        usual = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*(_JSON if isinstance(each, JSONPlainPayloadConverter) else each for each in usual))


def data_converter(keys: KeyStore) -> DataConverter:
    """Pydantic values, sealed by case; failure messages and stack traces are sealed too."""
    return CaseConverter(
        payload_converter_class=SharedConverter,
        payload_codec=CaseCodec(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(settings: TemporalSettings, keys: KeyStore, *, runtime: Runtime | None = None) -> Client:
    """A client for the namespace in the settings; raises RuntimeError while the server can't be reached."""
    api_key = settings.temporal_api_key
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        tls=settings.temporal_tls,
        api_key=api_key.get_secret_value() if api_key else None,
        data_converter=data_converter(keys),
        grpc_compression=GrpcCompression.NONE,  # of sealed bytes it makes nothing smaller
        runtime=runtime,
    )
