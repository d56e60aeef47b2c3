"""Files into a C table of { name, text }: embed.py OUT.c HEADER ELEMENT TABLE COUNT FILE...

writes `const ELEMENT TABLE[] = {{"name of FILE without ending", "its content"}, ...}` and `const size_t COUNT`, as
HEADER declares them.
"""
import pathlib
import sys


def c_text(data: bytes) -> str:
    lines = []
    for line in data.splitlines(keepends=True):
        escaped = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}" for b in line)
        lines.append(f'     "{escaped}"')
    return "\n".join(lines) or '     ""'


def main() -> None:
    out, header, element, table, count, *files = sys.argv[1:]
    text = [f'#include "{header}"', "", f"const {element} {table}[] = {{"]
    for file in files:
        path = pathlib.Path(file)
        text.append(f'    {{"{path.stem}",\n{c_text(path.read_bytes())}}},')
    text += ["};", "", f"const size_t {count} = sizeof {table} / sizeof *{table};", ""]
    pathlib.Path(out).write_text("\n".join(text))


main()
