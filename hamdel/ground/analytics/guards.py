"""What a question must look like before it may reach ClickHouse.

`readonly=1` is the wall: with it ClickHouse refuses to write, to change settings and to read files or other
servers, in chDB as well (a test shows each). These guards stand before it, because chDB still lets `INTO
OUTFILE` through, because the driver would apply the setting to the whole connection for anything that is
not a SELECT, and because only we know that a question belongs to one workspace.
"""

from __future__ import annotations

import re

from hamdel.ground.analytics.errors import QuestionFailed

PARAMETER = re.compile(r"\{(\w+):([^{}]+)\}")
WORKSPACE = ("workspace_id", "UUID")
# Quoted text, quoted names, and comments: no word in them is SQL.
_NOT_CODE = re.compile(
    r"'(?:\\.|''|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`|--[^\n]*|/\*.*?\*/", re.DOTALL
)
_FORBIDDEN = {
    "a second statement": re.compile(r";"),
    "INTO OUTFILE": re.compile(r"\bINTO\s+OUTFILE\b", re.IGNORECASE),
    "FORMAT": re.compile(r"\bFORMAT\s+\w+\s*$", re.IGNORECASE),
    # readonly stops the table function of this name, but not the scalar one.
    "reading a file": re.compile(r"\bfile\s*\(", re.IGNORECASE),
    "SETTINGS (the door sets them)": re.compile(r"\bSETTINGS\s+\w+\s*=", re.IGNORECASE),
}


def code_only(sql: str) -> str:
    """Return the SQL without comments, and with every quoted text or name emptied."""
    return _NOT_CODE.sub(lambda found: " " if found[0][:2] in {"--", "/*"} else "''", sql)


def parameters_of(name: str, sql: str) -> dict[str, str]:
    """Check a question and return its parameters as {name: ClickHouse type}. QuestionFailed tells what is wrong."""
    code = code_only(sql)
    if not re.match(r"\s*(SELECT|WITH)\b", code, re.IGNORECASE):
        raise QuestionFailed(name, "only SELECT (or WITH … SELECT) may be asked")
    for what, pattern in _FORBIDDEN.items():
        if pattern.search(code):
            raise QuestionFailed(name, f"{what} has no place in a question")
    # Taken from the SQL with its quotes, because a type has some: DateTime64(3, 'UTC').
    without_comments = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    parameters = {found[1]: found[2].strip() for found in PARAMETER.finditer(without_comments)}
    if not re.search(r"\{workspace_id:\s*UUID\s*\}", code):
        raise QuestionFailed(
            name, "it is not bound to a workspace; add WHERE workspace_id = {workspace_id:UUID}"
        )
    for parameter, kind in parameters.items():
        if "DateTime" in kind and "'UTC'" not in kind:
            raise QuestionFailed(
                name, f"declare {parameter!r} as DateTime64(3, 'UTC'); a server has its own zone"
            )
    return parameters
