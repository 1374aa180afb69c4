// SPDX-License-Identifier: GPL-3.0-or-later
// A job type of Flamenco 3: the parts of a batch, and a task that joins them. It belongs into the folder
// `scripts` beside the manager; `bilabial farm flamenco` writes it together with a job of this type.

const JOB_TYPE = {
    label: "Bilabial Batch",
    settings: [
        { key: "list", type: "string", subtype: "file_path", required: true,
          description: "List of sounds, on a disk that every worker reaches" },
        { key: "rows", type: "string", required: true,
          description: "Rows of each part, as in 2-101 102-201" },
        { key: "program", type: "string", default: "bilabial", required: true, visible: "submission",
          description: "What starts bilabial on the workers" },
        { key: "options", type: "string", default: "[]", visible: "submission",
          description: "More options of `bilabial batch`, as a JSON list of words" },
    ]
};

function compileJob(job) {
    const settings = job.settings;
    const batch = ["batch", settings.list].concat(optionsOf(settings));
    const join = task("join", settings.program, batch);
    for (const rows of partsOf(settings)) {
        const part = task("rows-" + rows, settings.program, batch.concat(["--rows=" + rows, "--exit-zero"]));
        join.addDependency(part);
        job.addTask(part);
    }
    job.addTask(join);
}

// Each word is an argument of its own; no shell reads them.
function task(name, program, words) {
    const made = author.Task(name, "misc");
    made.addCommand(author.Command("exec", { exe: program, args: words }));
    return made;
}

function partsOf(settings) {
    const parts = settings.rows.split(/[\s,]+/).filter(function (part) { return part !== ""; });
    const wrong = parts.find(function (part) { return !/^[0-9]+-[0-9]+$/.test(part); });
    if (parts.length === 0 || wrong !== undefined) {
        throw new Error("'" + (wrong || settings.rows) + "' are no rows: write them as in 2-101 102-201");
    }
    return parts;
}

function optionsOf(settings) {
    const options = JSON.parse(settings.options || "[]");
    if (!Array.isArray(options) || !options.every(function (word) { return typeof word === "string"; })) {
        throw new Error("the options are no JSON list of words: write them as in [\"--style=shout\"]");
    }
    return options;
}
