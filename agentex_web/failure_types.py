"""The types of the ApplicationErrors that cross Temporal; the web process names them too."""

MODEL_FAILURE = "ModelFailure"
"""Its message already is a sentence that a person understands."""
APPROVAL_NEEDED = "ApprovalNeeded"
"""Of a turn that cannot go on; its message is a sentence, too."""
TOOL_UNUSABLE = "ToolUnusable"
"""Of a tool that cannot be called, because of the agent's code; its message is a sentence."""
NOT_DETERMINISTIC = "NotDeterministic"
"""Of an author's code in a workflow that a replay would not repeat; a sentence, too."""
CODE_GONE = "CodeGone"
"""Of a workflow or activity that no worker knows; its message is a sentence, too."""
NO_HANDLER = "NoHandler"
"""Of a workflow that takes no messages, and was sent one; a sentence, too."""
TURN_STOPPED = "TurnStopped"
"""Of a model call that a person stopped."""
CALL_TAKEN_BACK = "CallTakenBack"
"""Of a model call whose answer is not wanted any more."""
INPUT_REFUSED = "InputRefused"
"""Of a model call that is refused for what is said in it, and would be another time; a sentence, too."""
CONTEXT_EXCEEDED = "ContextExceeded"
"""Of a model call that is refused for its length; a sentence, too."""
ANSWER_CUT = "AnswerCut"
"""Of a model call whose answer reached the length limit; a sentence, too. Its detail is what it cost."""
MAY_COMPACT = "may-compact"
"""A detail of the latter: by the worker's settings, a summary may take the place of older turns."""
SENTENCES = (
    MODEL_FAILURE,
    APPROVAL_NEEDED,
    INPUT_REFUSED,
    CONTEXT_EXCEEDED,
    ANSWER_CUT,
    TOOL_UNUSABLE,
    CODE_GONE,
    NO_HANDLER,
    NOT_DETERMINISTIC,
)
"""Those whose message is shown as it is."""
