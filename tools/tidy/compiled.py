"""What only the compiler's tools can tell: headers that stand alone, objects without state, an engine that is pure."""
import glob
import os
import re
import shutil
import subprocess
from collections import defaultdict

from tree import Finding

# What the engine's objects, and all they reach, may ask of the C library: memory, and text in memory.
PURE = set('''
    memcpy memmove memset memcmp memchr memrchr memmem strlen strcmp strncmp strchr strstr malloc calloc
    realloc free qsort bsearch snprintf vsnprintf abort __assert_fail __stack_chk_fail _GLOBAL_OFFSET_TABLE_
    __memcpy_chk __memset_chk __memmove_chk __snprintf_chk __vsnprintf_chk __divti3 __udivti3 __modti3
    __umodti3 __divmodti4 __udivmodti4
'''.split())
# And what single sources below it may ask besides.
ALSO = {
    'memory.c': r'_*fprintf(_chk)?|stderr|madvise|posix_memalign', # the last words; large pages for large tables
    'error.c': r'_*fprintf(_chk)?|fputc',                       # error_print, which only the program calls
    'functions_math.c': r'round|sqrt|floor|ceil|trunc',         # exact by IEEE 754, the same on every machine
    'regex.c': r'pcre2_\w+_8',                                  # with limits; no state but what it is handed
    'network.c': r'inet_(ntop|pton)',
    'number.cpp': r'_ZSt\d+(from|to)_chars\w+',                 # the shortest text of a double, without a locale
}

FORMATTED = ('.c', '.h', '.cpp')

# Where writable data stands; relocated tables (.data.rel.ro) are constant once the program runs.
WRITABLE_SECTION = re.compile(r'\.(data|bss|tdata|tbss)(?!\.rel\.ro)|\*COM\*')


def check_headers_alone(tree):
    """Every header compiles by itself, so the order of includes never matters."""
    headers = [file.path for file in tree.files if file.path.startswith('src/') and file.path.endswith('.h')]
    compiler = os.environ.get('CC') or shutil.which('cc') or 'gcc'
    for path in headers:
        command = [*compiler.split(), '-std=gnu17', '-D_GNU_SOURCE', '-fsyntax-only', '-Isrc', '-x', 'c', path]
        run = subprocess.run(command, cwd=tree.root, capture_output=True, text=True)
        if run.returncode:
            error = next((line for line in run.stderr.splitlines() if 'error' in line), run.stderr.strip())
            yield Finding('alone', path, 0, f'does not compile alone: {error}')


def check_format(tree):
    """What `make format` would change."""
    paths = [file.path for file in tree.under('', 'c', 'c++') if file.path.endswith(FORMATTED)]
    if not paths or not os.path.exists(os.path.join(tree.root, '.clang-format')):
        return
    run = subprocess.run(['clang-format-14', '--dry-run', *paths], cwd=tree.root, capture_output=True, text=True)
    for path in dict.fromkeys(re.findall(r'^(.+?):\d+:\d+: warning:', run.stderr, re.MULTILINE)):
        yield Finding('format', path, 0, 'not as clang-format-14 has it; make format')


def lines_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def libraries(build):
    return sorted(path for path in glob.glob(os.path.join(build, 'src', '*', 'lib*.a')) if not path.endswith('_test.a'))


def source_of(member):
    """The source a member was made from: `arena.c` of `…/libbase.a.p/arena.c.o`."""
    return re.sub(r'\.o$', '', os.path.basename(member.rstrip(':')))


def check_globals(build):
    if not libraries(build):
        yield Finding('global', build, 0, 'holds no compiled floors')
    for library in libraries(build):
        floor = os.path.basename(os.path.dirname(library))
        member = ''
        for line in lines_of('objdump', '--syms', library):
            match = re.match(r'(\S+\.o):\s+file format', line)
            if match:
                member = source_of(match[1])
            # 0000000000000000 l     O .bss  0000000000000008 name
            match = re.match(r'[0-9a-f]+ .{5}[^d]. (\S+)\s+(?!0+ )[0-9a-f]+ (?:\.hidden )?(\S+)$', line)
            if match and WRITABLE_SECTION.match(match[1]):
                yield Finding('global', f'src/{floor}/{member}', 0, f'{match[2]} is mutable global data ({match[1]})')


class Objects:
    """Who defines and who asks for which symbol, over all the floors' libraries."""

    def __init__(self, build):
        self.defines, self.asks = {}, defaultdict(set)
        for library in libraries(build):
            floor, member = os.path.basename(os.path.dirname(library)), None
            for line in lines_of('nm', '--extern-only', library):
                words = line.split()
                if line.endswith('.o:'):
                    member = (floor, source_of(line))
                elif len(words) == 2 and words[0] in 'Uwv':
                    self.asks[member].add(words[1])
                elif len(words) == 3:
                    self.defines.setdefault(words[2], member)

    def reached_from(self, floor):
        """Every member that a floor's own members lead to, with whoever asked first."""
        waiting = [(member, None) for member in self.asks if member[0] == floor]
        seen = dict(waiting)
        while waiting:
            member, _ = waiting.pop()
            for symbol in self.asks[member]:
                next_member = self.defines.get(symbol)
                if next_member and next_member not in seen:
                    seen[next_member] = member
                    waiting.append((next_member, member))
        return seen


def check_engine(build):
    objects = Objects(build)
    for member in sorted(objects.reached_from('engine')):
        floor, source = member
        for symbol in sorted(objects.asks[member]):
            if symbol not in objects.defines and symbol not in PURE and not re.fullmatch(ALSO.get(source, ''), symbol):
                yield Finding('pure', f'src/{floor}/{source}', 0, f'the engine reaches {symbol} through it')
