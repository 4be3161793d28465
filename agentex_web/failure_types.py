"""Types of the ApplicationErrors that pass through Temporal; the web process uses these names too.

The messages of the types in `SENTENCES` are complete sentences, written for people.
"""

MODEL_FAILURE = "ModelFailure"
"""A model call failed."""
APPROVAL_NEEDED = "ApprovalNeeded"
"""The turn cannot continue without an approval."""
TOOL_UNUSABLE = "ToolUnusable"
"""The agent's code makes a tool impossible to call."""
NOT_DETERMINISTIC = "NotDeterministic"
"""The author's code in a workflow is not deterministic, so a replay would give another result."""
CODE_GONE = "CodeGone"
"""No worker has the code of this workflow or activity."""
ACTIVITY_HUNG = "ActivityHung"
"""An author's activity has hung whole workers, so it is not run again."""
NO_HANDLER = "NoHandler"
"""A message was sent to a workflow that handles no messages."""
TURN_STOPPED = "TurnStopped"
"""A person stopped the model call."""
TURN_OVER = "TurnOver"
"""The turn of the call has ended in the record, for example because it was stopped while it waited."""
CALL_TAKEN_BACK = "CallTakenBack"
"""The answer of the model call is no longer wanted."""
INPUT_REFUSED = "InputRefused"
"""The model refused the call because of its content, and would refuse it again."""
CONTEXT_EXCEEDED = "ContextExceeded"
"""The model refused the call because its input is too long."""
ANSWER_CUT = "AnswerCut"
"""The model's answer reached the length limit. The error's detail is the cost of the call."""
MAY_COMPACT = "may-compact"
"""A detail of CONTEXT_EXCEEDED: the worker's settings allow a summary to replace older turns."""
SENTENCES = (
    MODEL_FAILURE,
    APPROVAL_NEEDED,
    INPUT_REFUSED,
    CONTEXT_EXCEEDED,
    ANSWER_CUT,
    TOOL_UNUSABLE,
    CODE_GONE,
    ACTIVITY_HUNG,
    NO_HANDLER,
    NOT_DETERMINISTIC,
)
"""The types whose message is shown to people unchanged."""
