"""The exceptions of ``adk.testing``."""


class TestingError(Exception):
    """A test asked for what cannot happen, or the tested code did what it must not."""

    __test__ = False  # Not a test case, whatever pytest thinks of the name.


class NothingHappens(TestingError):
    """The test waits in vain: no workflow, activity or timer is left that could go on."""


class TookTooLong(TestingError):
    """The tested code did not end by itself: it waits for something outside."""


class WorkflowTaskFailed(TestingError):
    """A workflow raised outside a turn: its run ended, and the message is not answered."""


class NotDeterministic(TestingError):
    """A workflow did something else when it was replayed: after a crash it could not go on."""


class NoAnswerScripted(TestingError):
    """The model was asked once more than the test has scripted answers."""
