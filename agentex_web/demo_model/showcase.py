"""Texts of slash commands that show what the chat can render."""

MARKDOWN = r"""# A tour of Markdown

Text can be **bold**, *italic*, ~~struck~~ or `code`, and it can hold a [link](https://www.djangoproject.com/).

## A table

| Agent | Tools | Answers in |
|:------|:-----:|-----------:|
| Triage | 2 | 0.3 s |

## Code

```python
from agents import Agent, Runner

poet = Agent(name="Poet", instructions="You only answer in haiku.")
print(Runner.run_sync(poet, "Tell me about recursion.").final_output)
```

## Lists

1. First, this
2. then that
3. - [x] done
   - [ ] still to do

## Math

Inline $e^{i\pi} + 1 = 0$, and on its own line:

$$
\sum_{k=1}^{n} k = \frac{n(n+1)}{2}
$$

## A diagram

```mermaid
graph LR
  Triage -->|refund| Billing
  Triage -->|bug| Support
```

Right to left works too: שלום עולם, and so does 日本語 with emoji 🎉.
"""

_TITLES = ("A message leaves", "A workflow wakes", "A model speaks", "A tool is called", "A stream arrives")
_PARAGRAPH = "It can be joined late, left early and read again. A crash costs a moment, *no more*. " * 3


def long_text(chapters: int = 24) -> str:
    """A text of about 60 tokens per chapter, for watching a long answer scroll."""
    numbers = range(1, chapters + 1)
    parts = [f"## {number}. {_TITLES[(number - 1) % 5]}\n\n{_PARAGRAPH}" for number in numbers]
    return "\n\n".join(["# A long story about a message", *parts])
