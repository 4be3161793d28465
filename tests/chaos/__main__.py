"""``make chaos``: people chat while parts fail. Prints a table; its exit code is 1 if anything went wrong."""

import argparse
import asyncio
import secrets
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.environment import AGENTS, prepare

_OWN_AGENTS = Path(__file__).with_name("agents")


def main() -> None:
    options = _options()
    # As after Ctrl-C, what was started is stopped: it would outlive this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    data = prepare([AGENTS, _OWN_AGENTS])
    try:
        sys.exit(_run(options, data))
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--people", type=int, default=15)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--gap", type=float, default=6, help="seconds between two faults")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    parser.add_argument("--only", default="", help="faults, by name, separated by commas")
    parser.add_argument("--log", type=Path, help="where to write the product's log")
    return parser.parse_args()


def _run(options: argparse.Namespace, data: Path) -> int:
    # Imported here: Django has to be set up before.
    from tests.chaos.faults import FAULTS
    from tests.chaos.run import plan

    names: Sequence[str] = [each.strip() for each in options.only.split(",") if each] or list(FAULTS)
    chosen = plan(options.people, names, 60 * options.minutes, options.gap, options.seed)
    print(f"seed {options.seed}: {options.people} people, {len(chosen.faults)} faults", flush=True)
    from tests.chaos.session import embedded_run
    from tests.chaos.table import table

    happened, verdict, log = asyncio.run(embedded_run(chosen, data))
    if options.log:
        options.log.write_text(log)
    print(f"\n{table(happened, verdict)}")
    return 0 if verdict.ok else 1


if __name__ == "__main__":
    main()
