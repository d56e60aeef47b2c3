"""Builds something of the web folder for the program: page.py WEB OUT DEPENDENCIES [TOOL RESULT]

runs tools/TOOL (build.mjs) for RESULT (report.html), copies dist/RESULT to OUT, and writes in DEPENDENCIES (a
makefile's rule) what it is made of. Without node, or with web's packages not installed (tools/setup does it), OUT is
empty: the program then does without it and says so.
"""
import pathlib
import shutil
import subprocess
import sys


def main() -> None:
    web, out, dependencies = (pathlib.Path(argument) for argument in sys.argv[1:4])
    tool, result = sys.argv[4:6] or ("build.mjs", "report.html")
    sources = sorted(file for file in (web / "src").rglob("*") if file.is_file())
    sources += [web / "package-lock.json", *sorted((web / "tools").glob("*.mjs"))]
    sources += [web / "node_modules" / ".package-lock.json"]  # not there yet: asked again at the next build
    dependencies.write_text(f"{out}: " + " ".join(str(file).replace(" ", "\\ ") for file in sources) + "\n")
    if not shutil.which("node") or not (web / "node_modules" / "esbuild").is_dir():
        print(f"no node or no web/node_modules: the program is built without {result}", file=sys.stderr)
        out.write_bytes(b"")
        return
    subprocess.run(["node", f"tools/{tool}", result], cwd=web, check=True, stdout=subprocess.DEVNULL)
    shutil.copyfile(web / "dist" / result, out)


main()
