"""The files that are looked at, and their text as the checks want it."""
import fnmatch
import os
import re
import subprocess
from functools import cached_property
from typing import NamedTuple

PRUNED = ('.git', 'node_modules', 'dist', '__pycache__', 'build*')
LANGUAGES = {'.c': 'c', '.h': 'c', '.inc': 'c', '.cpp': 'c++', '.py': 'python', '.sh': 'shell', '.ts': 'typescript',
             '.tsx': 'typescript', '.mjs': 'typescript', '.css': 'css', '.sql': 'sql', '.build': 'meson'}
SHEBANGS = {'python': 'python', 'bash': 'shell', 'sh': 'shell', 'node': 'typescript'}
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


class Finding(NamedTuple):
    check: str
    path: str
    line: int       # 0: the file as a whole
    message: str

    def __str__(self):
        return f'{self.path}:{self.line}: {self.message}' if self.line else f'{self.path}: {self.message}'


class File:
    """One text file of the project."""

    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), 'rb') as file:
            self.bytes = file.read()

    @cached_property
    def text(self):
        return self.bytes.decode('utf-8', 'replace')

    @cached_property
    def lines(self):
        return self.text.splitlines()

    @cached_property
    def is_text(self):
        return b'\0' not in self.bytes[:8000]

    @cached_property
    def language(self):
        """c, c++, python, typescript, shell and so on; None where it is not code."""
        extension = os.path.splitext(self.path)[1]
        if extension in LANGUAGES:
            return LANGUAGES[extension]
        shebang = re.match(rb'#!\S*?(?:/env )?\s*(?:\S*/)?(\w+?)[\d.]*\n', self.bytes[:80])
        return SHEBANGS.get(shebang[1].decode()) if shebang else None

    @cached_property
    def code_lines(self):
        """The lines of a C or C++ file with comments gone and texts emptied; every line keeps its number."""
        def blank(match):
            text = match[0]
            return '\n' * text.count('\n') if text[0] == '/' else text[0] + text[-1]
        return NOT_CODE.sub(blank, self.text).split('\n')


def find_paths(root):
    """What git knows or would take; without git, everything but what is made."""
    known = subprocess.run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
                           cwd=root, capture_output=True)
    if known.returncode == 0 and os.path.exists(os.path.join(root, '.git')):
        return sorted(path for path in known.stdout.decode().split('\0') if os.path.isfile(os.path.join(root, path)))
    paths = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not any(fnmatch.fnmatch(name, pattern) for pattern in PRUNED)]
        paths += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(paths)


class Tree:
    def __init__(self, root):
        self.root = root
        everything = [File(root, path) for path in find_paths(root)]
        self.files = [file for file in everything if file.is_text]
        self.binaries = [file for file in everything if not file.is_text]

    def under(self, folder, *languages):
        return [file for file in self.files
                if file.path.startswith(folder) and (file.language in languages or not languages)]
