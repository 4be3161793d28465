"""agentex_web/compat/model_stub.py is needed while the plugin starts model activities in a private class."""

import inspect

from temporalio.openai_agents import ModelActivityParameters
from temporalio.openai_agents._temporal_model_stub import _TemporalModelStub

from agentex_web.compat import model_stub
from agents import Model


def test_the_plugin_offers_no_way_to_learn_of_answers() -> None:
    offered = set(inspect.signature(ModelActivityParameters).parameters)
    assert not {
        name for name in offered if "response" in name or "callback" in name or name.startswith("on_")
    }
    assert "execute_activity_method" in inspect.getsource(model_stub._plugins_own)


def test_the_models_are_asked_as_the_sdk_asks_any() -> None:
    ours = inspect.signature(model_stub._get_response).parameters
    asked = [name for name, each in inspect.signature(Model.get_response).parameters.items()]
    positional = [name for name in asked if name in ours]
    assert positional == [name for name in ours if name != "others"]
    built = inspect.signature(_TemporalModelStub._build_activity_input).parameters
    assert set(asked) == set(built)


def test_installing_it_again_changes_nothing() -> None:
    model_stub.install()
    model_stub.install()
    assert _TemporalModelStub.get_response is model_stub._get_response
    assert model_stub._plugins_own is not model_stub._get_response
