"""Encryption of what Temporal stores: arguments, results, headers, memos, summaries and failures."""
