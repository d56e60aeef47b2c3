"""Everything that the floors below say to people about what they wrote has its Hebrew in locale/problems.txt.

What is said is found in the sources, so that nothing has to be marked: texts given to a parameter that is named for it
(`hint`, `format`, `what` ...), put into a variable of such a name, and all that stands in the functions and tables
named in SAID. The Hebrew names the same arguments as the English has holes, and nothing in it is said no more.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import problems                # noqa: E402
from tree import Finding       # noqa: E402

PROBLEMS = 'locale/problems.txt'
# Where it is said, and what is said there otherwise.
FLOORS = re.compile(r'src/(definition|cel|intake)/\w+\.(c|inc)|src/value/yaml\.c|src/calendar/zone_load\.c|'
                    r'src/deliver/send_channel\.c|'
                    r'src/cli/run_error\.c|src/runtime/gather\.c|src/(access|app|http)/\w+\.c')
ELSEWHERE = re.compile(r'_(test|bench)\.c$|intake/progress\.c$|app/(backup|checkpoint|doctor|doctor_events|serve)\.c$|'
                       r'http/(bell|channel|click_link|connection|http_server|request_log|sender|service|workers)\.c$|'
                       r'definition/(refused_cases|words|speak|speak_clause|explain|compare)\.(c|inc)$')
NAMES = {'detail', 'fault', 'format', 'good', 'hint', 'message', 'note', 'right', 'wanted', 'way', 'what', 'where',
         'why'}
# Of the floors below.
BELOW = {'diagnostics_error': range(2, 12), 'error_set': range(2, 12)}
ARGUMENTS_MOST = 12
# Code, which is the same in every language.
CODE = {'%s_of %.*s', ', separated by %s, %zu columns, ', 'SQLite format 3', 'a year earlier',
        'the period before'}
SAID = {'cel_no_overload', 'choices_hint', 'conversion_hint', 'curved_hint', 'faults', 'kind_word', 'long_id',
        'operator_meant', 'others', 'reasons', 'refuse', 'refuse_escape', 'refuse_group', 'refuse_repeat', 'remedies',
        'rule_kind_name', 'similar_function', 'similar_name', 'strangers', 'unseen_hint',
        'wrong_with_url'}

TEXT = r'"(?:\\.|[^"\\\n])*"'
TOKEN = re.compile(rf'/\*.*?\*/|//[^\n]*|^[ \t]*#[^\n]*|\'(?:\\.|[^\'\\\n])*\'|(?:{TEXT}\s*(?:PRI\w+\s*)?)+|\w+|[^\s]',
                   re.DOTALL | re.MULTILINE)
ESCAPES = {'n': '\n', 't': '\t'}


def unescape(token):
    body = ''.join(text[1:-1] if text[0] == '"' else 'lu' for text in re.findall(rf'{TEXT}|PRI\w+', token))
    body = re.sub(r'(?:\\x[0-9A-Fa-f]{2})+',
                  lambda m: bytes.fromhex(m[0].replace('\\x', '')).decode('utf-8', 'replace'), body)
    return re.sub(r'\\(u[0-9A-Fa-f]{4}|.)', lambda m: chr(int(m[1][1:], 16)) if len(m[1]) > 1
                  else ESCAPES.get(m[1], m[1]), body)


def tokens(text):
    """(token, line) without comments and preprocessor lines."""
    out, line, at = [], 1, 0
    for match in TOKEN.finditer(text):
        line += text.count('\n', at, match.start())
        at = match.start()
        if not match[0].startswith(('/*', '//')) and not match[0].lstrip().startswith('#'):
            out.append((match[0], line))
    return out


def closing(found, at):
    """Where the bracket that opens at `at` is closed."""
    depth = 0
    for i in range(at, len(found)):
        depth += (found[i][0] in '([{') - (found[i][0] in ')]}')
        if depth == 0:
            return i
    return len(found)


def arguments(found, at):
    """The tokens of each argument of the bracket that opens at `at`."""
    out, depth = [[]], 0
    for token in found[at + 1:closing(found, at)]:
        depth += (token[0] in '([{') - (token[0] in ')]}')
        if token[0] == ',' and depth == 0:
            out.append([])
        else:
            out[-1].append(token)
    return out


def parameters(found):
    """For each function defined here whose parameters are named for what is said: which ones."""
    places = {}
    for i in range(1, len(found) - 1):
        name = found[i][0]
        if found[i + 1][0] != '(' or not re.match(r'[a-z_]\w*$', name) or not re.match(r'\w+$|\*$', found[i - 1][0]):
            continue
        named = [each[-1][0] if each else '' for each in arguments(found, i + 1)]
        wanted = {k for k, one in enumerate(named) if one in NAMES}
        after = closing(found, i + 1) + 1
        if wanted and after < len(found) and found[after][0] == '{':
            places[name] = wanted | (set(range(len(named) - 1, ARGUMENTS_MOST)) if named[-1] == '.' else set())
    return places


def said(found, places):
    """Every text that is said, with its line."""
    for i, (token, _) in enumerate(found[:-1]):
        follows = found[i + 1][0]
        if follows == '(' and token in places:
            for k, argument in enumerate(arguments(found, i + 1)):
                if k in places[token]:
                    yield from literals(argument)
        elif token in NAMES and follows == '=':
            end = next(k for k in range(i, len(found)) if found[k][0] == ';')
            yield from literals(found[i:end])
        elif token in SAID and follows in '([':
            begin = closing(found, i + 1) + 1
            if found[begin][0] == '{':
                yield from literals(found[begin:closing(found, begin)])
            elif found[begin][0] == '=':
                yield from literals(found[begin:next(k for k in range(begin, len(found)) if found[k][0] == ';')])


def literals(some):
    for token, line in some:
        text = unescape(token) if token.startswith('"') else ''
        if ' ' in text.strip() and re.search('[A-Za-z]', problems.CONVERSION.sub('', text)):
            yield text, line


def names_all(hebrew, count):
    return problems.numbers(hebrew) == list(range(1, count + 1))


def check_told(tree):
    files = [file for file in tree.files if FLOORS.fullmatch(file.path) and not ELSEWHERE.search(file.path)]
    catalogue = [file for file in tree.files if file.path == PROBLEMS]
    if not catalogue:
        return
    entries = problems.read(catalogue[0].text)
    known = CODE | {entry.english for entry in entries}
    fragments = [entry.english for entry in entries if entry.passed_on]
    found = {file.path: tokens(file.text) for file in files}
    places = dict(BELOW)
    of_file = {path: parameters(some) for path, some in found.items()}
    for file in files: # a static function's name may be another's elsewhere
        static = set(re.findall(r'^static .*?\b(\w+)\(', file.text, re.MULTILINE))
        places.update({name: which for name, which in of_file[file.path].items() if name not in static})
    every = set()
    for path, some in found.items():
        every.update(unescape(token) for token, _ in some if token.startswith('"'))
        for text, line in said(some, places | of_file[path]):
            if text not in known and not any(text in whole for whole in fragments):
                yield Finding('told', path, line, f'"{text}" has no Hebrew in {PROBLEMS}')
    for entry in entries:
        count = problems.holes(entry.english)[1]
        if not entry.passed_on and entry.english not in every:
            yield Finding('told', PROBLEMS, entry.line, f'nobody says "{entry.english}" any more')
        elif not entry.hebrew:
            yield Finding('told', PROBLEMS, entry.line, f'"{entry.english}" has no Hebrew')
        elif entry.hebrew != entry.english and not names_all(entry.hebrew, count):
            yield Finding('told', PROBLEMS, entry.line, f'the Hebrew of "{entry.english}" names other arguments')
