"""The types of the ApplicationErrors that cross Temporal; the web process names them too."""

MODEL_FAILURE = "ModelFailure"
"""Its message already is a sentence that a person understands."""
TURN_STOPPED = "TurnStopped"
"""Of a model call that a person stopped."""
CALL_TAKEN_BACK = "CallTakenBack"
"""Of a model call whose answer is not wanted any more."""
