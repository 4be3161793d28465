"""agentex_web/compat/sdk_defaults.py is needed while the SDK's defaults belong to the whole process."""

from types import ModuleType

from agents.models import _openai_shared

from agentex_web.compat.sdk_defaults import kept_to, provider_of
from agents import set_default_openai_key


def test_the_sdk_has_one_default_for_all_agents_of_a_process() -> None:
    before = _openai_shared.get_default_openai_key()
    set_default_openai_key("key of one file", use_for_tracing=False)
    try:
        assert _openai_shared.get_default_openai_key() == "key of one file"
    finally:
        _openai_shared._default_openai_key = before


def test_a_default_is_kept_to_the_file_that_sets_it() -> None:
    before, one, other = _openai_shared.get_default_openai_key(), ModuleType("one"), ModuleType("other")
    with kept_to(one):
        set_default_openai_key("key of one file", use_for_tracing=False)
    with kept_to(other):
        pass
    assert _openai_shared.get_default_openai_key() == before
    assert (provider_of([one]) is not None, provider_of([other])) == (True, None)
