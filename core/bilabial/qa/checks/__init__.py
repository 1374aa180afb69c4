"""One module a question, each with ``check(subject) -> Verdict``; check.py asks them all in this order."""
