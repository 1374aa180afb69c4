# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of docs/ as plain HTML inside the extension, so that its manual opens without a network.

Only what our pages use: headings, paragraphs, lists, tables, fenced code, pictures, links, bold and code.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

PAGES = ("blender.md", "editing.md", "scene.md", "batch.md", "rigs.md", "rig-proof.md")
_STYLE = """body{max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff;
font:16px/1.55 system-ui,sans-serif}
img{max-width:100%;border:1px solid #ccc;border-radius:4px}code{background:#f2f2f2;padding:.1em .3em}
pre{background:#f2f2f2;padding:.8em;overflow:auto}pre code{padding:0}
td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left}
table{border-collapse:collapse}@media(prefers-color-scheme:dark){body{color:#ddd;background:#1c1c1e}code,pre{background:#2a2a2e}
a{color:#8ab4f8}td,th,img{border-color:#444}}"""


def pages(docs: Path) -> dict[str, bytes]:
    """Name and content of every page that is there, and of the pictures that they show."""
    found: dict[str, bytes] = {}
    for name in PAGES:
        source = docs / name
        if not source.is_file():
            continue
        text = source.read_text(encoding="utf-8")
        found[source.with_suffix(".html").name] = page(text).encode()
        for picture in re.findall(r"!\[[^\]]*\]\((images/[^)\s]+)\)", text):
            if (docs / picture).is_file():
                found[picture] = (docs / picture).read_bytes()
    return found


def page(text: str) -> str:
    title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), "Bilabial")
    head = '<!doctype html><html lang="en"><meta charset="utf-8">'
    head += f"<title>{html.escape(title)}</title><style>{_STYLE}</style>"
    return f"{head}\n{body(text)}\n</html>\n"


def body(text: str) -> str:
    out: list[str] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = next((i for i in range(at + 1, len(lines)) if lines[i].startswith("```")), len(lines))
            code = html.escape("\n".join(lines[at + 1 : end]))
            out.append(f"<pre><code>{code}</code></pre>")
            at = end + 1
        elif heading := re.match(r"(#{1,4}) (.*)", line):
            level = len(heading[1])
            out.append(f"<h{level}>{_inline(heading[2])}</h{level}>")
            at += 1
        elif line.startswith("|"):
            rows = []
            while at < len(lines) and lines[at].startswith("|"):
                rows.append([cell.strip() for cell in lines[at].strip().strip("|").split("|")])
                at += 1
            out.append(_table(rows))
        elif item := re.match(r"(\s*)([-*]|\d+\.) ", line):
            kind = "ol" if item[2][0].isdigit() else "ul"
            items: list[str] = []
            while at < len(lines) and lines[at].strip():
                found = re.match(r"\s*([-*]|\d+\.) (.*)", lines[at])
                if found:
                    items.append(found[2])
                else:
                    items[-1] += " " + lines[at].strip()
                at += 1
            out.append(f"<{kind}>" + "".join(f"<li>{_inline(entry)}</li>" for entry in items) + f"</{kind}>")
        elif line.strip():
            words = []
            while (
                at < len(lines)
                and lines[at].strip()
                and not re.match(r"#|```|\||\s*([-*]|\d+\.) ", lines[at])
            ):
                words.append(lines[at].strip())
                at += 1
            out.append(f"<p>{_inline(' '.join(words))}</p>")
        else:
            at += 1
    return "\n".join(out)


def _table(rows: list[list[str]]) -> str:
    head, *rest = rows
    if rest and all(set(cell) <= set("-: ") for cell in rest[0]):
        rest = rest[1:]
    cells = "".join(f"<th>{_inline(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in rest)
    return f"<table><tr>{cells}</tr>{lines}</table>"


def _inline(text: str) -> str:
    pieces = re.split(r"(`[^`]+`)", text)
    return "".join(
        f"<code>{html.escape(piece[1:-1])}</code>"
        if piece.startswith("`") and len(piece) > 1
        else _marked(piece)
        for piece in pieces
    )


def _marked(text: str) -> str:
    text = html.escape(text, quote=False)
    text = re.sub(r"!\[([^\]]*)\]\(([^)\s]+)\)", r'<img alt="\1" src="\2">', text)
    text = re.sub(r"\[([^\]]+)\]\(([^)\s]+?)\.md(#[^)]*)?\)", r'<a href="\2.html\3">\1</a>', text)
    text = re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>', text)
    return re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", text)
