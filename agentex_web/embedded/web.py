"""The web process under the supervisor: Daphne, on a leash. Takes Daphne's own arguments."""

import sys

from daphne.cli import CommandLineInterface  # type: ignore[import-untyped]

from agentex_web.embedded import leash


def main() -> None:
    leash.hold()
    CommandLineInterface().run(sys.argv[1:])


if __name__ == "__main__":
    main()
