"""Sockets at addresses that do not exist."""

from channels.generic.websocket import AsyncWebsocketConsumer

NOT_FOUND = 4404


class NoSuchSocket(AsyncWebsocketConsumer):
    """Accepts and closes: a browser learns the code of a close, but not of a refused handshake."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(NOT_FOUND)
