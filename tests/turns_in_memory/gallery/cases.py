"""Conversations with the gallery's agents."""

from tests.turns_in_memory.gallery.handoffs import HANDOFFS
from tests.turns_in_memory.gallery.models import MODELS
from tests.turns_in_memory.gallery.patterns import PATTERNS
from tests.turns_in_memory.gallery.scripts import SCRIPTS
from tests.turns_in_memory.gallery.tools import TOOLS

CASES = {**MODELS, **TOOLS, **HANDOFFS, **PATTERNS, **SCRIPTS}
