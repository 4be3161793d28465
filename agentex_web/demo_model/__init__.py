"""The demo model: a small server that speaks the OpenAI API, so that the product runs without a key.

`python -m agentex_web.demo_model --port 0` prints its address. A model call passes through `app` (routes),
`reading` (the request becomes a `Prompt`), `demo` (an `Answer`), `responses_api` (events) and `delivery` (the
events, at a pace); `chat_completions` translates its requests and events to the Responses API and back.

It understands no language. It matches words of the message against the tools on offer, copies names and
numbers into their arguments, repeats what they return, and otherwise answers from a list of sentences.
"""
