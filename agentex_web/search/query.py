"""Translates a person's search into the database's query: all words must occur, each also as a prefix.

Words in quotation marks must follow each other. Scripts without spaces are split into pairs, as in the index.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from agentex_web.search.words import OWNER, WORD_LENGTH, folded, is_unspaced, runs_of

QUERY_LENGTH = 200
TERMS = 12
"""Maximum words of a query; further ones are ignored."""
_PARTS = re.compile(r'"([^"]*)"?|([^"\s]+)')


@dataclass(frozen=True)
class Term:
    """A word or phrase of a query.

    Attributes:
        words: as they are indexed; several must follow each other.
        is_prefix: True if the last word may be the beginning of a longer one.
    """

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """What a person searches for.

    Attributes:
        shown: the query's words, folded, for marking them in a text.
    """

    terms: tuple[Term, ...]
    shown: tuple[str, ...]

    def fts5(self, kind: str, owner_id: int | None = None) -> str:
        """For SQLite's MATCH. Needs no escaping: words have only letters and digits.

        Args:
            owner_id: None searches everybody's texts.
        """
        own = [f'"{kind}"', *([] if owner_id is None else [f'"{OWNER}{owner_id}"'])]
        return " AND ".join([*own, *(_fts5(term) for term in self.terms)])

    def tsquery(self, kind: str, owner_id: int | None = None) -> str:
        """For PostgreSQL's to_tsquery('simple', …)."""
        own = [f"'{kind}'", *([] if owner_id is None else [f"'{OWNER}{owner_id}'"])]
        return " & ".join([*own, *(_tsquery(term) for term in self.terms)])


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"{"*" if term.is_prefix else ""}'


def _tsquery(term: Term) -> str:
    words = [f"'{word}'" for word in term.words]
    if term.is_prefix:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"


def parse(text: str) -> Query | None:
    """The query; None if the text has no word."""
    terms: list[Term] = []
    shown: list[str] = []
    for phrase, word in _PARTS.findall(text.replace("\x00", "")[:QUERY_LENGTH]):
        runs = [run[:WORD_LENGTH] for run in runs_of(folded(phrase or word))]
        shown += runs
        terms += [_phrase(runs)] if phrase and runs else [each for run in runs for each in _terms(run)]
    terms = list(dict.fromkeys(terms))[:TERMS]
    return Query(tuple(terms), tuple(dict.fromkeys(shown))) if terms else None


def _terms(run: str) -> list[Term]:
    if not is_unspaced(run):
        # As a prefix, a single letter would match too many words.
        return [Term((run,), is_prefix=len(run) > 1)]
    # Each pair by itself, not as a phrase: PostgreSQL does not count positions beyond 16,383 in a text.
    return [Term((pair,)) for pair in _pairs(run)] if len(run) > 1 else [Term((run,), is_prefix=True)]


def _phrase(runs: list[str]) -> Term:
    words: list[str] = []
    for run in runs:
        words += _pairs(run) if is_unspaced(run) and len(run) > 1 else [run]
    return Term(tuple(words[:TERMS]))


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)]
