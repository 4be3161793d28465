"""Where the product's files are: in a checkout, and where it is installed from a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
# A wheel holds templates/ and static/ inside the package; in a checkout they are at the top.
INSTALLED = (PACKAGE / "templates").is_dir()
# Where .env, agents/ and .data are: the checkout, or the folder in which `agentex-web` is called.
HOME = Path.cwd() if INSTALLED else PACKAGE.parent
# Explains each setting.
EXAMPLE_ENV = PACKAGE / "env.example" if INSTALLED else HOME / ".env.example"
