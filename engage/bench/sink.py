"""A mail server that takes everything, fast: `python -m engage.bench.sink` prints its port."""

import asyncio
import sys

REPLIES = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 ok\r\n",
    b"RCPT": b"250 ok\r\n",
    b"DATA": b"354 go on\r\n",
    b"RSET": b"250 ok\r\n",
    b"NOOP": b"250 ok\r\n",
    b"QUIT": b"221 bye\r\n",
}
END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer, self.in_data = transport, b"", False
        transport.write(b"220 sink ESMTP\r\n")

    def taken(self, mail: bytes) -> None:
        """A mail has arrived whole."""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            if self.in_data:
                body, found, rest = self.buffer.partition(END)
                if not found:
                    return
                self.taken(body)
                self.in_data, self.buffer = False, rest
                self.transport.write(b"250 taken\r\n")
                continue
            line, found, rest = self.buffer.partition(b"\r\n")
            if not found:
                return
            self.buffer = rest
            verb = line[:4].upper()
            self.in_data = verb == b"DATA"
            self.transport.write(REPLIES.get(verb, b"500 what\r\n"))


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever began it is gone


if __name__ == "__main__":
    asyncio.run(main())
