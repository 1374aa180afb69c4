"""JSON from strangers, read so that whatever is wrong with the text is one kind of error."""

from __future__ import annotations

import json
from typing import Any


def parse_json(text: str | bytes, **hooks: Any) -> Any:
    """``json.loads``. Brackets nested without end and numbers of thousands of digits, which Python refuses in
    ways of its own, are JSONDecodeErrors too; what the ``hooks`` raise passes through.
    """
    try:
        return json.loads(text, **hooks)
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deeply", "", 0) from None
    except ValueError as error:
        if "integer string conversion" in str(error):
            raise json.JSONDecodeError("it holds a number of thousands of digits", "", 0) from None
        raise
