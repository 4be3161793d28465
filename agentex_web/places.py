"""Paths of the product's files, in a checkout and in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
# A wheel holds templates/ and static/ inside the package; in a checkout they are at the top.
INSTALLED = (PACKAGE / "templates").is_dir()
# The folder of .env, agents/ and .data: the checkout, or the folder in which `agentex-web` is called.
HOME = Path.cwd() if INSTALLED else PACKAGE.parent
# The file that explains each setting.
EXAMPLE_ENV = PACKAGE / "env.example" if INSTALLED else HOME / ".env.example"
