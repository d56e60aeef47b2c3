"""The floors: an include never goes up, and the library's floors need nothing that the library may not need."""
import os
import re

from tree import Finding

# Bottom to top. A floor may include itself and what stands before it, but for what BESIDE names.
FLOORS = ('base', 'value', 'cel', 'definition', 'identity', 'engine', 'calendar', 'analysis', 'intake', 'log', 'store',
          'runtime', 'deliver', 'report', 'access', 'app', 'http', 'mcp', 'cli')
BESIDE = {'calendar': ('cel', 'definition', 'identity', 'engine'), 'intake': ('identity', 'engine', 'analysis'),
          'log': ('engine', 'analysis'), 'store': ('engine', 'analysis'),
          'report': ('log', 'store', 'runtime', 'deliver')}

# The library's floors (LGPL) must be free of these libraries (GPL).
LIBRARY = FLOORS[:FLOORS.index('engine') + 1]
GPL_HEADERS = re.compile(r'hdate\.h|gsl/|readline/')

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def included(file):
    """The line, the kind of bracket and the name of every include."""
    for number, line in enumerate(file.lines, 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1], match[2]


def goes_up(floor, other):
    return FLOORS.index(other) > FLOORS.index(floor) or other in BESIDE.get(floor, ())


def check_includes(tree):
    for file in tree.under('src/', 'c', 'c++'):
        floor = file.path.split('/')[1]
        if floor not in FLOORS:
            yield Finding('floor', file.path, 0, f'{floor} is no floor; FLOORS in tools/tidy/floors.py lists them')
            continue
        for line, bracket, name in included(file):
            other = name.split('/')[0]
            if bracket == '<' and floor in LIBRARY and GPL_HEADERS.match(name):
                yield Finding('floor', file.path, line, f'<{name}> is GPL; {floor} belongs to the LGPL library')
            if bracket == '"' and '/' in name and other in FLOORS and goes_up(floor, other):
                yield Finding('floor', file.path, line, f'"{name}": {floor} does not stand on {other}')
            if bracket == '"' and '/' not in name:
                yield Finding('floor', file.path, line, f'"{name}" is to be written from src/: "{floor}/{name}"')


def check_dead_files(tree):
    """A source file that no meson.build names is built by nobody."""
    named = '\n'.join(file.text for file in tree.files if os.path.basename(file.path) == 'meson.build')
    for file in tree.under('src/', 'c', 'c++'):
        name = os.path.basename(file.path)
        stem, extension = os.path.splitext(name)
        if extension in ('.c', '.cpp') and not re.search(rf"['/]({re.escape(name)}|{re.escape(stem)})'", named):
            yield Finding('dead', file.path, 0, 'no meson.build names it')
