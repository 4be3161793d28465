"""Texts that slash commands answer with, to show what the chat can render."""

MARKDOWN = r"""# A tour of Markdown

Text can be **bold**, *italic*, ~~struck~~ or `code`, and hold a [link](https://openai.github.io/openai-agents-python/).

## A table

| Agent | Tools | Answers in |
|:------|:-----:|-----------:|
| Triage | 2 | 0.3 s |
| Billing | 4 | 1.2 s |

## Code

```python
from agents import Agent, Runner

agent = Agent(name="Poet", instructions="You only answer in haiku.")
result = Runner.run_sync(agent, "Tell me about recursion.")
print(result.final_output)
```

## Lists

1. First, this
2. then that
   - with a detail
3. - [x] done
   - [ ] still to do

> A quotation is set apart.

## Math

Inline $e^{i\pi} + 1 = 0$, and on its own line:

$$
\sum_{k=1}^{n} k = \frac{n(n+1)}{2}
$$

## A diagram

```mermaid
graph LR
  User --> Triage
  Triage -->|refund| Billing
  Triage -->|bug| Support
```

---

Right to left works too: שלום עולם, and so does 日本語 with emoji 🎉.
"""

THOUGHTS = (
    "**Reading the request**\n\nThe user wants to see me think, so I take it step by step.",
    "**Weighing the options**\n\nI could answer at once, or look at the question from two sides.",
    "**Deciding**\n\nA short answer after a long thought is best.",
)

_CHAPTERS = (
    ("A message sets out", "leaves the browser, is written down once, and only then does the work begin"),
    ("A workflow wakes", "remembers every step it has taken, so that a crash costs a moment, no more"),
    ("A model speaks", "sends its words one at a time, and each of them is passed on at once"),
    ("A tool is called", "waits for a person if it must, for a minute or for a month, and then goes on"),
    ("A stream arrives", "can be joined late, left early and read again from any place"),
    ("A reader returns", "finds everything where it was, in the order in which it happened"),
)


def long_text(chapters: int = 24) -> str:
    """A text of about 60 tokens for each chapter, for watching a long answer scroll."""
    parts = ["# A long story about a message"]
    for number in range(1, chapters + 1):
        title, body = _CHAPTERS[(number - 1) % len(_CHAPTERS)]
        words = f"In part {number} of {chapters}, something {body}. Nobody hurries it along."
        following = f"When it is over, *part {min(number + 1, chapters)}* takes up where this one left off."
        parts.append(f"## {number}. {title}\n\n{words} {following}")
    return "\n\n".join(parts)
