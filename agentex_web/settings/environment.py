"""Reads `.env` and the environment, and finds the data directory. The other modules of settings use this."""

from pathlib import Path

from environs import Env, EnvValidationError, validate

from agentex_web import places

BASE_DIR = places.HOME

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

import agentex_web.agents  # noqa: E402  (it reads AGENTEX_AGENT_DIRS, which .env may set)

DATA_DIR = Path(env.str("AGENTEX_DATA_DIR", "") or BASE_DIR / ".data").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

# The package reads the variable itself, because agents are imported without these settings too.
AGENTEX_AGENT_DIRS = [Path(folder) for folder in agentex_web.agents.__path__]


def at_least(name: str, default: int, least: int) -> int:
    """Reads a whole number.

    Raises:
        EnvValidationError: it is smaller than ``least``.
    """
    return env.int(name, default, validate=validate.Range(min=least))


def one_of(name: str, default: str, choices: list[str]) -> str:
    """Reads one of several words.

    Raises:
        EnvValidationError: it is none of ``choices``.
    """
    return env.str(name, default, validate=validate.OneOf(choices))


def or_from_file(name: str) -> str:
    """Reads a secret: the variable ``name`` itself, or else the file that ``name`` + ``_FILE`` names.

    Returns:
        the secret; empty if neither is set.

    Raises:
        EnvValidationError: the file cannot be read.
    """
    path = env.str(f"{name}_FILE", "")
    if (secret := env.str(name, "")) or not path:
        return secret
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        message = f"{name}_FILE names a file that cannot be read: {error}"
        raise EnvValidationError(message, [str(error)]) from error
