"""A proxy port in front of the model. It can be shut (connections break, new ones are refused) or hang."""

import asyncio
import contextlib

from tests.support.stack import free_port


class Gate:
    """
    Attributes:
        url: the base URL for an OpenAI client, with `/v1`.
    """

    def __init__(self, model_url: str) -> None:
        self._model_port = int(model_url.split(":")[2].split("/")[0])
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}/v1"
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._passes = asyncio.Event()
        self._passes.set()

    async def open(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._pass, "127.0.0.1", self._port)

    def shut(self) -> int:
        """Breaks all connections and refuses new ones. Returns how many it broke."""
        if self._server is not None:
            self._server.close()
            self._server = None
        broken = len(self._writers) // 2
        for writer in tuple(self._writers):
            writer.transport.abort()
        return broken

    def hang(self) -> None:
        """Accepts connections and keeps them open, but passes no data."""
        self._passes.clear()

    def go_on(self) -> int:
        """Passes data again. Returns how many connections there are."""
        self._passes.set()
        return len(self._writers) // 2

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_read, to_write = await asyncio.open_connection("127.0.0.1", self._model_port)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, to_write}
        self._writers |= pair
        try:
            await asyncio.gather(self._copy(reader, to_write), self._copy(to_read, writer))
        finally:
            self._writers -= pair
            for each in pair:
                each.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._passes.wait()
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()
