"""Imports the agents in processes of their own, for `manage.py check`: an import may end its process."""

import multiprocessing
from dataclasses import dataclass
from multiprocessing.connection import Connection

from agentex_web.adk import agent_paths
from agentex_web.catalog.fatal_imports import MOST_DEATHS, FatalImports
from agentex_web.catalog.loading import load_catalog
from agentex_web.services import offer_model


@dataclass(frozen=True)
class Checked:
    """The names of the usable agents, and sentences for their authors."""

    agents: list[str]
    broken: list[str]
    warnings: list[str]


class NotChecked(Exception):
    """Every process ended before it had imported all files."""


def check_agents(fatal: FatalImports) -> Checked:
    """Imports all agents, also those whose import ended an earlier process.

    Raises:
        NotChecked: something that is not the import of one agent's file ends the processes.
    """
    if (found := _in_child(fatal, try_again=True)) is not None:
        return found
    # A file that ends processes is left out after at most MOST_DEATHS of them.
    for _ in range(MOST_DEATHS * len(agent_paths.agent_names())):
        if (found := _in_child(fatal, try_again=False)) is not None:
            return found
    raise NotChecked("The agents could not be checked: the process ends while it imports them.")


def _in_child(fatal: FatalImports, *, try_again: bool) -> Checked | None:
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    child = fork.Process(target=_load, args=(sender, fatal, try_again))
    child.start()
    sender.close()
    try:
        found: Checked | None = receiver.recv()
    except (EOFError, OSError):
        # The process ended, maybe in the middle of its answer.
        found = None
    finally:
        # What an author's file has started would keep it alive.
        child.kill()
        child.join()
    return found


def _load(sender: Connection, fatal: FatalImports, try_again: bool) -> None:
    offer_model()
    catalog = load_catalog(fatal, try_again=try_again)
    sender.send(Checked(list(catalog.agents), list(catalog.broken.values()), catalog.warnings))
