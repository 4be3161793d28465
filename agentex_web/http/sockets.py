"""Answers sockets at URLs that do not exist."""

from channels.generic.websocket import AsyncWebsocketConsumer

NOT_FOUND = 4404


class NoSuchSocket(AsyncWebsocketConsumer):
    """Accepts, then closes: browsers see a close code, but not the status of a refused handshake."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(NOT_FOUND)
