"""The demo model: a small server with the OpenAI API, so that the product runs without an API key.

A call passes through `app` (routes), `prompt` (the input), `demo` (makes an `Answer`), `responses_api` (makes
events) and `app` again (sends them at their pace); `chat_completions` translates in both directions. The
model understands no language: it matches words with tools, copies names and numbers into arguments, repeats
results, or answers from a list of sentences.
"""
