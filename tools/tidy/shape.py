"""The shape of code: how long lines, functions and files are, what a header begins with, what may not be called."""
import re

from tree import Finding

COLUMNS_MAX = 120
FILE_LINES_MAX = 1000
FUNCTION_LINES_MAX = 70

BANNED = {
    'strcpy': 'base/buffer.h', 'strcat': 'base/buffer.h', 'strncpy': 'base/buffer.h', 'strncat': 'base/buffer.h',
    'sprintf': 'buffer_printf or snprintf', 'vsprintf': 'vsnprintf', 'gets': 'slices', 'strtok': 'slice_cut',
    'strtok_r': 'slice_cut', 'atoi': 'slice_to_i64', 'atol': 'slice_to_i64', 'atoll': 'slice_to_i64',
    'atof': 'value/number.h', 'scanf': 'slices', 'sscanf': 'slices', 'fscanf': 'slices',
    'rand': 'a seed that is handed in', 'srand': 'a seed that is handed in', 'random': 'a seed that is handed in',
    'alloca': 'an arena', 'gmtime': 'base/civil.h', 'gmtime_r': 'base/civil.h', 'localtime': 'base/zone.h',
    'localtime_r': 'base/zone.h', 'mktime': 'base/zone.h', 'ctime': 'base/civil.h', 'asctime': 'base/civil.h',
    'setenv': 'an argument', 'unsetenv': 'an argument', 'putenv': 'an argument', 'setlocale': 'an argument',
    'tmpnam': 'mkstemp', 'mktemp': 'mkstemp', 'system': 'posix_spawn', 'popen': 'posix_spawn',
}
# The C library's own clock is what zones are tested against.
ALLOWED = {'src/calendar/zone_load_test.c': ('setenv', 'localtime_r')}
BANNED_CALL = re.compile(rf'(?<![\w.>])({"|".join(BANNED)})\s*\(')

# The pure floors are told what time it is; who measures or decides "now" stands above them.
CLOCK_CALL = re.compile(r'(?<![\w.>])(time|clock|clock_gettime|gettimeofday)\s*\(')
CLOCKLESS = ('base', 'value', 'cel', 'definition', 'identity', 'engine', 'calendar', 'analysis', 'report')

# Written by programs of the project.
GENERATED = re.compile(r'web/src/(report|dash/catalogue|dash/(why|backtest|feedback)-types|dash/api/\w+)\.ts')

MACHINE_PATH = re.compile(r'(?:^|[^\w.])/(?:work|root|farm|home/\w+)/')

TYPESCRIPT_FUNCTION = re.compile(r'^(?:export )?(?:default )?(?:async )?function\b')
BINARIES = re.compile(r'\.png$|^test/fuzz/corpus/|^examples/')   # pictures of the docs, and what the tests read
PYTHON_FUNCTION = re.compile(r'^( *)(?:async )?def \w+')


def check_columns(tree):
    for file in tree.files:
        if file.language is None or GENERATED.fullmatch(file.path):
            continue
        for number, line in enumerate(file.lines, 1):
            if len(line) > COLUMNS_MAX:
                yield Finding('columns', file.path, number, f'{len(line)} columns; {COLUMNS_MAX} at most')


def check_file_length(tree):
    for file in tree.files:
        if file.language and len(file.lines) > FILE_LINES_MAX:
            yield Finding('file', file.path, 0, f'{len(file.lines)} lines; {FILE_LINES_MAX} at most')


def braced_functions(lines):
    """First line, last line and name of what stands between braces in column 0 after a closing parenthesis."""
    head = None
    for number, line in enumerate(lines):
        if line.startswith('{') and number and lines[number - 1].rstrip().endswith(')'):
            head = number - 1
            while head > 0 and (lines[head][:1].isspace() or '(' not in lines[head]):
                head -= 1
        elif line.startswith('}') and head is not None:
            name = re.search(r'(\w+)\s*\(', lines[head])
            yield head + 1, number + 1, name[1] if name else '?'
            head = None


def typescript_functions(lines):
    head = None
    for number, line in enumerate(lines):
        if TYPESCRIPT_FUNCTION.match(line):
            head = number
        elif line.startswith('}') and head is not None:
            yield head + 1, number + 1, re.search(r'function\*?\s*(\w*)', lines[head])[1]
            head = None


def python_functions(lines):
    for number, line in enumerate(lines):
        match = PYTHON_FUNCTION.match(line)
        if not match:
            continue
        last = number
        for later in range(number + 1, len(lines)):
            text = lines[later]
            if text.strip() and len(text) - len(text.lstrip()) <= len(match[1]) and not text.lstrip().startswith(')'):
                break
            last = later if text.strip() else last
        yield number + 1, last + 1, re.search(r'def (\w+)', line)[1]


def functions(file):
    if file.language in ('c', 'c++'):
        return braced_functions(file.code_lines)
    if file.language == 'typescript':
        return typescript_functions(file.lines)
    return python_functions(file.lines) if file.language == 'python' else ()


def check_functions(tree):
    for file in tree.files:
        for first, last, name in functions(file):
            if last - first + 1 > FUNCTION_LINES_MAX:
                message = f'{name} has {last - first + 1} lines; {FUNCTION_LINES_MAX} at most'
                yield Finding('function', file.path, first, message)


def check_banned(tree):
    for file in tree.under('', 'c', 'c++'):
        for number, line in enumerate(file.code_lines, 1):
            for match in BANNED_CALL.finditer(line):
                if match[1] not in ALLOWED.get(file.path, ()):
                    yield Finding('banned', file.path, number, f'{match[1]} is banned; use {BANNED[match[1]]}')


def check_clock(tree):
    for file in tree.under('src/', 'c', 'c++'):
        if file.path.split('/')[1] in CLOCKLESS and not re.search(r'_(test|bench|fuzz)\.c$', file.path):
            for number, line in enumerate(file.code_lines, 1):
                for match in CLOCK_CALL.finditer(line):
                    yield Finding('clock', file.path, number, f'{match[1]}: this floor is told the time')


def check_machine_paths(tree):
    for file in tree.files:
        for number, line in enumerate(file.lines, 1):
            if MACHINE_PATH.search(line):
                yield Finding('path', file.path, number, 'a path of one machine')


def check_binaries(tree):
    """What is neither a text nor a picture was made by a program, or is what is left of one."""
    for file in tree.binaries:
        if not BINARIES.search(file.path):
            yield Finding('binary', file.path, 0, 'neither a text nor a picture: what programs make is not kept')


def check_header_comment(tree):
    for file in tree.under('', 'c'):
        if file.path.endswith('.h') and not file.text.startswith('/*'):
            yield Finding('header', file.path, 1, 'a header begins with the comment that says what it is')
