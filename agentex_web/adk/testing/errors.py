"""The exceptions of ``adk.testing``."""


class TestingError(Exception):
    """A test expected something impossible, or the tested code did something that it must not do."""

    __test__ = False  # pytest would take the class for a test case because of its name.


class NothingHappens(TestingError):
    """The test waits for nothing: no workflow, activity or timer is left that could continue."""


class TookTooLong(TestingError):
    """The tested code did not end by itself; perhaps it waits for something outside of the test."""


class WorkflowTaskFailed(TestingError):
    """A workflow raised an exception outside a turn, so its messages stay unanswered."""


class NotDeterministic(TestingError):
    """A workflow behaved differently when it was replayed, so it could not continue after a crash."""


class NoAnswerScripted(TestingError):
    """The model was called, but the test has scripted no answer for the call."""
