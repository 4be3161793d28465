"""``make chaos``: people chat while parts fail. Prints a table; its exit code is 1 if anything went wrong."""

import argparse
import asyncio
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.support.environment import AGENTS, data_directory, prepare
from tests.support.ports import free_port
from tests.support.postgres import postgres

_OWN_AGENTS = Path(__file__).with_name("agents")


def main() -> None:
    options = _options()
    # Clean up as after Ctrl-C; otherwise the started processes would outlive this one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    data = data_directory()
    try:
        with ExitStack() as stack:
            if options.tmpfs:
                _mount(stack, data)
            services = {}
            temporal_port = 0
            if options.cluster:
                temporal_port = free_port()
                services = {
                    "DATABASE_URL": stack.enter_context(postgres()),
                    "REDIS_URL": f"unix://{data}/redis/redis.sock",
                    "TEMPORAL_ADDRESS": f"127.0.0.1:{temporal_port}",
                    "SECRET_KEY": secrets.token_urlsafe(50),
                }
            prepare([AGENTS, _OWN_AGENTS], data, services)
            returncode = _run(options, data, temporal_port)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    sys.exit(returncode)


def _mount(stack: ExitStack, data: Path) -> None:
    """Mounts a small file system for the data, which a fault fills up."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500m,mode=755", "tmpfs", str(data)], check=True)
    stack.callback(subprocess.run, ["umount", "-l", str(data)], check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--people", type=int, default=15)
    parser.add_argument("--minutes", type=float, default=5, help="about; what it takes depends on the faults")
    parser.add_argument("--words", type=int, default=40, help="in an answer; 40 take 4 s")
    parser.add_argument("--gap", type=float, default=6, help="seconds between two faults")
    parser.add_argument("--first", type=float, default=8, help="seconds before the first fault")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    parser.add_argument("--only", default="", help="faults, by name, separated by commas")
    parser.add_argument("--log", type=Path, help="where to write the product's log")
    parser.add_argument(
        "--cluster", action="store_true", help="PostgreSQL, nginx, two web processes, two workers"
    )
    parser.add_argument(
        "--tmpfs", action="store_true", help="data on a small tmpfs that a fault fills; needs root"
    )
    return parser.parse_args()


def _run(options: argparse.Namespace, data: Path, temporal_port: int) -> int:
    # Imported here because Django must be set up first.
    from tests.chaos.faults import FAULTS
    from tests.chaos.run import Plan, Report, chosen

    names: Sequence[str] = [each.strip() for each in options.only.split(",") if each] or [
        name for name in FAULTS if options.tmpfs or not name.startswith("disk full")
    ]
    # A fault takes about 8 s.
    faults = chosen(names, max(1, int(60 * options.minutes / (options.gap + 8))), options.seed)
    plan = Plan(options.people, faults, options.gap, options.seed, options.first, options.words)
    print(f"seed {options.seed}: {options.people} people, {len(faults)} faults", flush=True)
    from tests.chaos.session import cluster_run, embedded_run

    report = Report()
    if options.cluster:
        running = cluster_run(plan, data, report, temporal_port)
    else:
        running = embedded_run(plan, data, report)
    log = asyncio.run(running)
    if options.log:
        options.log.write_text(log)
    return 0 if report.verdict.ok else 1


if __name__ == "__main__":
    main()
