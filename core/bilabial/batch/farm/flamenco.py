"""A batch for Flamenco: the job type for its manager, and a job of that type to be posted to it."""

from __future__ import annotations

import json
from pathlib import Path

from .parts import FarmJob

SCRIPT, JOB = "bilabial-batch.js", "job.json"
_PRIORITY = 50  # Flamenco's own default


def job_type_and_job(job: FarmJob) -> dict[str, str]:
    """Texts by file. The job type is the same for every list; its name is the script's."""
    settings = {
        "list": str(job.sounds),
        "rows": " ".join(job.parts),
        "program": job.program,
        "options": json.dumps(job.arguments),
    }
    posted = {
        "name": f"Bilabial batch: {job.sounds.name}",
        "type": Path(SCRIPT).stem,
        "priority": _PRIORITY,
        "submitter_platform": "manager",
        "settings": settings,
    }
    script = Path(__file__).with_name(SCRIPT).read_text(encoding="utf-8")
    return {SCRIPT: script, JOB: json.dumps(posted, indent=1) + "\n"}
