"""Suggests what an author can do about an error that importing a file raised."""

import os
import re
import sys
import traceback
from difflib import get_close_matches
from importlib.metadata import packages_distributions
from pathlib import Path
from string import digits

from openai import OpenAIError

import agentex_web.agents
from agentex_web.adk import agent_paths
from agentex_web.adk.agent_paths import is_authors
from agentex_web.adk.bad_agent_file import ImportTooSlow
from agentex_web.adk.own_imports import is_installed
from agentex_web.catalog.sdk_remedies import sdk_remedy

_MAIN = 'if __name__ == "__main__":'
_QUOTES = re.compile("invalid character '[“”‘’„‚«»]'")
_OFTEN_OWN = frozenset(
    "agent agent_config app backend common config configs connection constants core env guardrails helper "
    "helpers hooks lib mail models my_agent my_agents my_config my_tools prompt prompts schema schemas "
    "services settings setup_config src state tools utils".split()
)
"""Names of modules that projects give to files of their own; packages of these names are something else."""
_SPACES = ("azure", "google")
"""Names that many packages share: ``azure.identity`` is in azure-identity."""
_SPACES_WITHIN = ("ai", "cloud", "communication", "data", "keyvault", "mgmt", "monitor", "search", "storage")
"""Names within these that packages share as well: ``google.cloud.storage`` is in google-cloud-storage."""
_PACKAGES = {
    "Crypto": "pycryptodome",
    "a2a": "a2a-sdk",
    "MySQLdb": "mysqlclient",
    "PIL": "pillow",
    "agents_mcp": "openai-agents-mcp",
    "bs4": "beautifulsoup4",
    "chatkit": "openai-chatkit",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "decouple": "python-decouple",
    "discord": "discord.py",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "firecrawl": "firecrawl-py",
    "fitz": "pymupdf",
    "git": "gitpython",
    "google.oauth2": "google-auth",
    "google.protobuf": "protobuf",
    "googleapiclient": "google-api-python-client",
    "jwt": "pyjwt",
    "linkup": "linkup-sdk",
    "mem0": "mem0ai",
    "mysql": "mysql-connector-python",
    "phoenix": "arize-phoenix",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "serpapi": "google-search-results",
    "slugify": "python-slugify",
    "sklearn": "scikit-learn",
    "tavily": "tavily-python",
    "telegram": "python-telegram-bot",
    "websocket": "websocket-client",
    "yaml": "pyyaml",
}
"""Packages whose name differs from their module's."""


def remedy(error: BaseException) -> str:
    """A sentence with a leading space; empty if the error is clear enough."""
    match error:
        case ModuleNotFoundError(name=str(name)):
            return f" {_of_missing(name, _imported_at(error))}"
        case ImportError(name=str(name)) if name in _SPACES and "(unknown location)" in str(error):
            return f" {_of_missing(name, _imported_at(error))}"
        case ImportError(name=str(name)) if name.partition(".")[0] == "agentex":
            return f" {_of_missing(name)}"
        case ImportError() if "circular import" in str(error):
            return " Two files import each other. Move what both need to a third file."
        case ImportTooSlow():
            return " Move slow work to an activity, or do it when it is first needed."
        case UnicodeDecodeError() | SyntaxError() if _is_of_encoding(error):
            return " Save the file as UTF-8."
        case SyntaxError(msg=str(words)):
            return _of_syntax(words)
        case OpenAIError() if "api_key" in str(error):
            return _of_client(_unset_keys(error))
        case KeyError() if _asked_environment(error):
            return " Set it in .env, and restart the worker."
        case ValueError() | RuntimeError() if any(key in str(error) for key in _unset_keys(error)):
            return " Set it in .env, and restart the worker."
        case FileNotFoundError(filename=str(path)):
            return _of_file(path)
        case Exception():
            return sdk_remedy(error)
    return f" Importing a file must not end the process. Move this under: {_MAIN}"


def _of_syntax(words: str) -> str:
    if _QUOTES.search(words):
        return ' Write straight quotes: ".'
    if words == "'await' outside async function":
        return " Write async def."
    if words.startswith("f-string") and sys.version_info < (3, 12):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f" Python {version} runs here: use other quotes within the f-string."
    return ""


def _of_client(unset_keys: list[str]) -> str:
    """The remedy for a client that was created without a key."""
    if unset_keys and "OPENAI_API_KEY" not in unset_keys:
        return f" Set {' and '.join(unset_keys)} in .env, and restart the worker."
    if os.environ.get("OPENAI_API_KEY"):
        return ' Its api_key is empty. Set the key in .env, and write: api_key=os.environ["…"].'
    return (
        " Set OPENAI_API_KEY in .env. An agent needs no client of its own. If a tool needs one, create it in "
        "the tool."
    )


def _of_missing(name: str, full: str = "") -> str:
    """What to do about a module that cannot be imported.

    Args:
        full: the module that the author's file imports, of which ``name`` is the first part that is missing.
    """
    if name.startswith(agentex_web.agents.__name__):
        return (
            "There is no such file in agents/. If its project has it above the agent's folder, copy the "
            "folder that contains both."
        )
    first = name.partition(".")[0]
    if first == "agentex":
        return (
            "docs/agents-reference.md lists the built-in parts of agentex-sdk. Others need its own server, "
            "or another framework than the Agents SDK."
        )
    if first == "agents" and (parts := name.split(".")[1:]) and agent_paths.paths_of(parts[0]):
        return f"`agents` is the Agents SDK. For your own file, write: from {'.'.join(parts)} import …"
    if first == "agents":
        return (
            "`agents` is the Agents SDK. If you mean a folder of your own, rename it, or write a dot before "
            "the name: from .agents import …"
        )
    if first == "examples":
        return (
            "It is a file of the example's repository. Put it next to this one, and write: from "
            f"{(full or name).rpartition('.')[2]} import …"
        )
    if first in _SPACES and "." in full:
        return f"Install the package that has it, such as: pip install {_package_in_space(full)}."
    if name != first and is_installed(first):
        return f"Another version of “{first}”, or one of its extras, has it."
    own = "If it is a file of yours, put it next to this one."
    if first not in _OFTEN_OWN and (similar := _similar(first)):
        return f"Do you mean {similar}? {own}"
    if "." in full and not is_installed(full.rpartition(".")[2]):
        own = f"{own[:-1]}, and write: from {full.rpartition('.')[2]} import …"
    if first in _OFTEN_OWN:
        return own.replace("If it is a file of yours, put it", "It seems to be a file of the project. Put it")
    return f"Install the package that has it, such as: pip install {_PACKAGES.get(first, first)}. " + own


def _package_in_space(full: str) -> str:
    parts = full.split(".")
    two = ".".join(parts[:2])
    return _PACKAGES.get(two) or "-".join(parts[: 3 if parts[1] in _SPACES_WITHIN else 2]).replace("_", "-")


def _similar(name: str) -> str:
    """A module that can be imported, and that the author may have misspelt; empty if there is none.

    A misspelt package must not be installed: somebody else may have registered its name.
    """
    if name in _PACKAGES or name in _RESEMBLING:
        return ""
    known = {*sys.stdlib_module_names, *packages_distributions()}
    found = get_close_matches(name, [each for each in known if not each.startswith("_")], 1, _CLOSE)
    if not found or abs(len(found[0]) - len(name)) > 1:
        return ""
    # Two packages' names may differ in a digit only: httpx and httpx2.
    is_other = found[0].rstrip(digits) == name.rstrip(digits) and found[0] not in sys.stdlib_module_names
    return "" if is_other else found[0]


_RESEMBLING = frozenset(
    "aenum authlib bcrypt cattrs cchardet cmd2 contextlib2 gast hjson icalendar ijson ipdb json5 jsons "
    "locket mcap pathlib2 pdoc polib psutil rarfile sasl smmap statsd toml ujson uuid6 uuid7 xarray "
    "xattr".split()
)
"""Well-known packages whose names resemble others, as psutil resembles shutil. They are not misspelt."""
_CLOSE = 0.83
"""At this similarity, one name counts as a misspelt form of the other: agnets of agents, but not pandas of
panda3d.
"""


def _imported_at(error: BaseException) -> str:
    """The module that the statement of an author's file imports, such as ``google.cloud.storage`` also for
    ``from google.cloud import storage``; empty if it is not known.
    """
    frames = [each for each in traceback.extract_tb(error.__traceback__) if is_authors(each.filename)]
    found = _IMPORT.match(frames[-1].line or "") if frames else None
    if found is None:
        return ""
    is_of_space = found[1].partition(".")[0] in _SPACES and found[2]
    return f"{found[1]}.{found[2]}" if is_of_space else found[1]


_IMPORT = re.compile(r"(?:from|import)\s+([\w.]+)(?:\s+import\s+(\w+))?")


def _unset_keys(error: BaseException) -> list[str]:
    """The environment variables that the failed file reads and that are not set, in its order."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if is_authors(each.filename)]
    try:
        source = Path(frames[-1].filename).read_text(errors="replace") if frames else ""
    except OSError:
        return []
    return [name for name in dict.fromkeys(_ENVIRONMENT.findall(source)) if name not in os.environ]


_ENVIRONMENT = re.compile(r"""(?:getenv\(|environ\.get\(|environ\[)\s*["'](\w{1,100})["']""")


def _is_of_encoding(error: BaseException) -> bool:
    return (
        isinstance(error, UnicodeDecodeError)
        or "codec can't decode" in str(error)
        or "null byte" in str(error)
    )


def _asked_environment(error: BaseException) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename in (os.__file__, "<frozen os>")


def _of_file(path: str) -> str:
    if not os.path.isabs(path):
        return f' Relative paths start in the server’s folder. Write: Path(__file__).parent / "{path}".'
    near = any(Path(path).is_relative_to(Path(each).parent) for each in agentex_web.agents.__path__)
    return " Copy that file there, or correct the path." if near else ""
