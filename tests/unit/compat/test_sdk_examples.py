"""The SDK's examples import a module that the SDK's package does not contain."""

import importlib.util
import sys

import pytest

from agentex_web.compat import sdk_examples


def test_the_sdk_has_no_such_module() -> None:
    others = [each for each in sys.meta_path if each is not sdk_examples.Finder]
    assert not [each for each in others if each.find_spec("examples", None) is not None]


def test_it_can_be_imported_and_says_what_to_write() -> None:
    sdk_examples.install()
    sdk_examples.install()
    spec = importlib.util.find_spec("examples.auto_mode")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert not module.is_auto_mode()
    with pytest.raises(sdk_examples.NoKeyboard, match="adk.ask"):
        module.confirm_with_fallback("Call it?", default=True)
