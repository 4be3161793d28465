"""The demo model: a small server that speaks the OpenAI API, so that the product runs without a key.

Run it with `python -m agentex_web.demo_model --host 127.0.0.1 --port 0`; it prints its address. It
answers `POST /v1/responses` and `POST /v1/chat/completions`, streamed or not, and `GET /v1/models`. An answer
comes from a script if one fits, else from a slash command (`/help` lists them), else from the persona: the
latter two say that the model `demo` answered.

Scripts, for tests and benchmarks
---------------------------------
`POST /script` appends one script, or several as `{"scripts": [...]}`; `DELETE /script` forgets scripts and
records and lets held answers go on. A script is a JSON object:

    match               use it only if the latest user message contains this text
    match_instructions  use it only if the system instructions contain this text
    times               how often to use it (default 1; null: for ever)
    steps               answers to the successive model calls that match, or, for a single call, directly:

    output              list of output items (below)
    tokens_per_second   pace of the deltas; 0: as fast as possible (default: the server's)
    first_token_after   seconds before the first delta (default: the server's)
    hold_after          wait after so many tokens until `POST /script/release` (body: {} or {"match": "..."})
    fault               how it goes wrong (below)
    model               the model that it says answered (default: the one that was asked for)

Scripts with a `match` go before those without; otherwise the oldest that fits is used. Each model call takes
one step: a function call and the text after its output are two steps, and so are a 429 and its retry.

Output items; `chunks`, a list of strings, may stand for the streamed text to fix the deltas exactly:

    {"type": "text", "text": "...", "citations": [{"url", "title", "start_index", "end_index"}]}
    {"type": "refusal", "refusal": "..."}
    {"type": "reasoning", "summary": ["..."], "raw": "...", "encrypted_content": "..."}
    {"type": "function_call", "name": "...", "arguments": {...} or "...", "call_id": "..."}
    {"type": "custom_tool_call", "name": "...", "input": "...", "call_id": "..."}
    {"type": "web_search_call", "query": "...", "sources": ["https://..."]}
    {"type": "file_search_call", "queries": ["..."], "results": [...]}
    {"type": "code_interpreter_call", "code": "...", "logs": "..."}
    {"type": "image_generation_call", "result": "base64", "partial": "base64", "prompt": "..."}
    {"type": "mcp_list_tools", "server_label": "...", "tools": [...], "error": "..."}
    {"type": "mcp_call", "server_label": "...", "name": "...", "arguments": {...},
     "output": "..." or "error": "..."}
    {"type": "mcp_approval_request", "server_label": "...", "name": "...", "arguments": {...}}

Hosted tools also take `seconds`, the time between their start and their completion.

A fault has a `kind`, and `after`, the tokens sent before it happens:

    {"kind": "status", "status": 429, "retry_after": 1, "message": "...", "code": "..."}  not an answer
    {"kind": "drop", "after": 5}          closes the connection (without `after`: before any byte)
    {"kind": "end", "after": 5}           ends the stream as if all were said, without the event that says so
    {"kind": "failed", "after": 5}        response.failed (without `after`: when all is said)
    {"kind": "error", "after": 5}         the `error` event, then the end of the stream
    {"kind": "incomplete", "after": 5, "reason": "max_output_tokens" or "content_filter"}

`GET /script/requests` returns `{"requests": [...]}`, each as `records.Record` describes: body, headers, times
on the monotonic clock, and `outcome`.
"""
