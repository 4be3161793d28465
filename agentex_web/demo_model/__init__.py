"""The demo model: a small server that speaks the OpenAI API, so that the product runs without a key.

A call passes through `app` (routes), `prompt` (what is asked), `demo` (an `Answer`), `responses_api` (events)
and `app` (their pace); `chat_completions` translates both ways. It understands no language: it matches words
with tools, copies names and numbers into arguments, repeats results, or answers from a list of sentences.
"""
