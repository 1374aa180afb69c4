"""A batch as a bundle of Open Job Description: a step whose tasks are the parts, and a step that joins them.

What comes from the user (the list's name, options) goes into parameters of the job, never into the template's
own strings: there two braces would be read as an expression.
"""

from __future__ import annotations

import json
from typing import Any

from ...errors import BilabialError
from .parts import FarmJob, Option

TEMPLATE, VALUES = "template.json", "parameter_values.json"
_LONGEST_VALUE = 1024  # characters, of a parameter
_SECONDS_TO_END = 120  # a part that is to stop finishes its line


def bundle(job: FarmJob) -> dict[str, str]:
    """Texts by file: ``template.json`` for everyone, ``parameter_values.json`` as Deadline Cloud reads it."""
    values = _values(job)
    long = next((name for name, value in values.items() if len(value) > _LONGEST_VALUE), None)
    if long is not None:
        raise BilabialError(
            f"{long} has more than {_LONGEST_VALUE} characters, which Open Job Description does not take: "
            "shorten it"
        )
    listed = [{"name": name, "value": value} for name, value in values.items()]
    return {TEMPLATE: _json(template(job)), VALUES: _json({"parameterValues": listed})}


def template(job: FarmJob) -> dict[str, Any]:
    return {
        "specificationVersion": "jobtemplate-2023-09",
        "name": "Bilabial batch",
        "description": f"{len(job.parts)} parts of a list of sounds, and a step that joins their reports.",
        "parameterDefinitions": [
            {
                "name": "List", "type": "PATH", "objectType": "FILE", "dataFlow": "NONE",
                "description": "The list, on a disk that every machine reaches.",
            },
            {
                "name": "Program", "type": "STRING", "default": job.program,
                "description": "What starts bilabial on the machines.",
            },
            *({"name": _name(option), "type": "STRING", "default": option.value}
              for option in job.options if option.value is not None),
        ],
        "steps": [_parts_step(job), _join_step(job)],
    }  # fmt: skip


def _parts_step(job: FarmJob) -> dict[str, Any]:
    part = [*_arguments(job), "--rows={{Task.Param.Rows}}", "--exit-zero"]
    rows = {"name": "Rows", "type": "STRING", "range": list(job.parts)}
    return {
        "name": "Parts",
        "parameterSpace": {"taskParameterDefinitions": [rows]},
        "script": _script(part),
    }


def _join_step(job: FarmJob) -> dict[str, Any]:
    return {"name": "Join", "dependencies": [{"dependsOn": "Parts"}], "script": _script(_arguments(job))}


def _script(arguments: list[str]) -> dict[str, Any]:
    end = {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": _SECONDS_TO_END}
    return {"actions": {"onRun": {"command": "{{Param.Program}}", "args": arguments, "cancelation": end}}}


def _arguments(job: FarmJob) -> list[str]:
    told = [
        option.name if option.value is None else f"{option.name}={{{{Param.{_name(option)}}}}}"
        for option in job.options
    ]
    return ["batch", "{{Param.List}}", *told]


def _name(option: Option) -> str:
    """A parameter's name: --words-model is WordsModel."""
    return "".join(word.capitalize() for word in option.name.removeprefix("--").split("-"))


def _values(job: FarmJob) -> dict[str, str]:
    options = {_name(option): option.value for option in job.options if option.value is not None}
    return {"List": str(job.sounds), "Program": job.program, **options}


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"
