"""Plays one case: writes its definition and events, asks the program for the facts, compares, and asks again under
changes that must not matter. The changed runs must print the same bytes, not merely facts that compare equal."""
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from trail import rfc3339

# Stores sync every write, which on a disk would take most of the time.
IN_MEMORY = '/dev/shm' if os.path.isdir('/dev/shm') else None
TIMEOUT = 60        # seconds; only a hanging program meets it
ABOUT = Decimal('0.01')
SAID_FIRST = {'stage': ('stage', 'entered', 'left'), 'handoff': ('stage', 'submitted'), 'exit': ('exit', 'at'),
              'refused': ('decision', 'at'), 'conflict': ('id',), 'touch': ('id',), 'alias': ('alias',),
              'value': ('name', 'value')}


@dataclass
class Result:
    problems: list = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    text: str
    source: str     # None: the Segment shape


@dataclass
class Answer:
    code: int
    out: str
    err: str


def message(event):
    stamp = event.day or rfc3339(event.at)
    return {**event.call, 'timestamp': stamp}


def lines_of(case):
    return [Line(json.dumps(message(event), ensure_ascii=False), event.source) for event in case.events]


def mapping_of(source, case):
    """How the rows of another source become the events of a trail: they are in the Segment shape, but for a mark by
    which the mapping knows them."""
    names = sorted({name for event in case.events for name in event.call.get('properties', {})})
    return json.dumps({'mapping': 1, 'name': source, 'source': source, 'match': [f'of_{source}'],
                       'person': 'userId', 'anonymous': 'anonymousId', 'event': {'column': 'event'},
                       'id': 'messageId', 'at': 'timestamp',
                       'properties': {name: f'properties.{name}' for name in names}})


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as stream:
        stream.write(text)
    return path


def ask(command, threads=None):
    environment = dict(os.environ)
    environment.pop('MASA_THREADS', None)
    if threads:
        environment['MASA_THREADS'] = str(threads)
    done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, env=environment, check=False)
    return Answer(done.returncode, done.stdout.decode('utf-8', 'replace'), done.stderr.decode('utf-8', 'replace'))


class Player:
    def __init__(self, case, masa, folder):
        self.case, self.masa, self.folder = case, masa, folder
        self.definition = write(folder, 'definition.yaml', case.definition.text)
        self.result = Result()

    def command(self, files):
        case = self.case
        command = [self.masa, 'facts', '--definition', self.definition]
        for name, when, definition in case.published:
            path = write(self.folder, f'{name}.yaml', definition.text)
            command += ['--publish', f'{path}@{rfc3339(when)}' if when else path]
        command += self.mappings()
        if case.as_of:
            command += ['--as-of', case.as_of if len(case.as_of) == 10 else rfc3339(case.as_of_at)]
        if case.mode:
            command += ['--mode', case.mode]
        names = sorted({e.fact['name'] for e in case.expected if e.fact['fact'] == 'value'})
        if names:
            command += ['--values', ','.join(names)]
        return command + ['--format', 'ndjson'] + files

    def mappings(self):
        sources = sorted({event.source for event in self.case.events if event.source})
        maps = [write(self.folder, f'{source}.map.yaml', mapping_of(source, self.case)) for source in sources]
        return ['--mapping', ','.join(maps)] if maps else []

    def facts(self, parts, threads=None):
        """The program's answer for these lists of lines, one file for each."""
        files = [file for number, part in enumerate(parts) for file in self.write_part(number + 1, part)]
        return ask(self.command(files), threads)

    def write_part(self, number, part):
        """A file for each source that has lines in it, in the order in which they first come."""
        for source in dict.fromkeys(line.source for line in part):
            mark = f'{{"of_{source}":1,' if source else '{'
            text = ''.join(mark + line.text[1:] + '\n' for line in part if line.source == source)
            yield write(self.folder, f'events-{number}{"-" + source if source else ""}.ndjson', text)

    def store(self, name, files):
        """A store into which the files were imported one after the other."""
        db = os.path.join(self.folder, name)
        for path in files:
            answer = ask([self.masa, 'import', '--db', db, '--definition', self.definition, *self.mappings(), path])
            if answer.code != 0:
                self.problem(f'masa import ended with {answer.code}', *answer.err.strip().split('\n'))
        return db

    def check_store(self, lines, base):
        """Through a store, and through one made of that store's export, the facts are the same."""
        parts = [lines[1::2], lines[::2], lines]
        files = [file for number, part in enumerate(parts) for file in self.write_part(f'import-{number + 1}', part)]
        first = self.store('first.db', files)
        exported = write(self.folder, 'export.ndjson', ask([self.masa, 'export', '--db', first]).out)
        second = self.store('second.db', [exported])
        for name, db in (('read from a store', first), ('exported and imported again', second)):
            answer = ask(self.command(['--db', db]))
            if answer.code != base.code or answer.out != base.out:
                self.problem(f'other facts when the input is {name}:', *difference(base, answer))
        self.check_subjects(first, base)

    def check_subjects(self, db, base):
        """Each subject by itself, only what it depends on being read, has the facts it has among all."""
        of_whom = {}
        for line in base.out.splitlines(True):
            fact = json.loads(line)
            if fact.get('kind', 'definition') != 'definition':
                of_whom.setdefault(fact['subject'], []).append(line)
        for subject, lines in of_whom.items():
            if subject.startswith('residue:'): # nobody goes by that name in the log
                continue
            answer = ask(self.command(['--db', db, '--subject', subject]))
            expected = Answer(0, ''.join(lines), '')
            if answer.code != 0 or answer.out != expected.out:
                self.problem(f'other facts when only {subject} is read from a store:', *difference(expected, answer))

    def problem(self, *lines):
        self.result.problems += lines

    # ---- the definition must be refused ----

    def check_refusal(self):
        answer = ask([self.masa, 'check', self.definition])
        write(self.folder, 'check.txt', answer.out + answer.err)
        found = re.findall(r':(\d+):\d+: (.*)', answer.out + answer.err)
        if answer.code != 2:
            self.problem(f'expected  exit code 2 of masa check, the definition being wrong', f'got       {answer.code}')
        for line, parts in self.case.refused:
            pattern = '.*'.join(re.escape(part) for part in parts)
            if not any((line is None or int(at) == line) and re.search(pattern, text, re.IGNORECASE)
                       for at, text in found):
                self.problem(f'expected  an error{f" at line {line}" if line else ""}: {" ... ".join(parts)}',
                             *(f'got       line {at}: {text}' for at, text in found or [('-', 'no error')]))

    # ---- the facts ----

    def check_facts(self, plain):
        lines = lines_of(self.case)
        base = self.facts([lines])
        write(self.folder, 'facts.ndjson', base.out)
        if base.code != 0:
            self.problem(f'masa facts ended with {base.code}', *(base.err or base.out).strip().split('\n'))
            return
        try:
            got = [json.loads(line, parse_float=Decimal) for line in base.out.splitlines() if line.strip()]
        except json.JSONDecodeError as error:
            self.problem(f'the output is no NDJSON: {error}')
            return
        self.problem(*compare(self.case, got))
        if not plain:
            self.check_changes(lines, base)
            self.check_store(lines, base)

    def check_changes(self, lines, base):
        for name, parts, threads in self.changes(lines):
            answer = self.facts(parts, threads)
            if answer.code != base.code or answer.out != base.out:
                write(self.folder, f'facts-{name.replace(" ", "-")}.ndjson', answer.out)
                self.problem(f'other facts when the input is {name}:', *difference(base, answer))

    def changes(self, lines):
        yield 'reversed', [lines[::-1]], None
        for seed in (1, 2, 3):
            shuffled = list(lines)
            random.Random(seed).shuffle(shuffled)
            yield f'shuffled ({seed})', [shuffled], None
        yield 'with every line twice', [[line for line in lines for _ in (1, 2)]], None
        mixed = [numbered(line) if i % 2 else line for i, line in enumerate(lines)]
        yield 'with every second id as a number', [mixed], None
        yield 'in two files', [lines[::2], lines[1::2]], None
        yield 'in two files the other way round', [lines[1::2], lines[::2]], None
        yield 'read by one thread', [lines], 1
        yield 'read by two threads', [lines], 2
        if self.case.as_of:
            yield 'followed by events after the as-of', [lines + later(self.case)], None


def numbered(line):
    """The same line with its id as a JSON number, where it can be one."""
    call = json.loads(line.text)
    name = call.get('messageId', '')
    return Line(json.dumps({**call, 'messageId': int(name)}, ensure_ascii=False), line.source) \
        if re.fullmatch('[1-9][0-9]*', name) else line


def later(case):
    """A copy of every event, after the as-of."""
    copies = []
    for number, event in enumerate(case.events):
        at = case.as_of_at + timedelta(days=2, hours=number)
        copy = {**event.call, 'messageId': f'later{number}', 'timestamp': rfc3339(at)}
        copies.append(Line(json.dumps(copy, ensure_ascii=False), event.source))
    return copies


def difference(base, answer):
    if answer.code != base.code:
        return [f'exit code {answer.code}, not {base.code}', *answer.err.strip().split('\n')]
    before, after = base.out.splitlines(), answer.out.splitlines()
    lines = [f'  not any more  {line}' for line in before if line not in after]
    lines += [f'  new           {line}' for line in after if line not in before]
    return lines or ['  the same facts in another order']


# ---- comparing ----

def same(wanted, got):
    if isinstance(wanted, tuple) and wanted[0] == 'about':
        return isinstance(got, (int, Decimal)) and abs(Decimal(got) - wanted[1]) <= ABOUT
    if isinstance(wanted, tuple):
        return got in wanted
    if isinstance(wanted, Decimal):
        return isinstance(got, (int, Decimal)) and not isinstance(got, bool) and Decimal(got) == wanted
    return wanted == got


def subject_is(name, fact):
    """`p1` or, where two kinds share a name, `person:p1`; `nobody` for what is said of no subject."""
    if name == 'nobody':
        return 'subject' not in fact
    return name in (fact.get('subject'), f'{fact.get("kind")}:{fact.get("subject")}')


def fits(wanted, fact):
    """Whether the fact is the one expected. What the fact does not say counts as null."""
    return (subject_is(wanted['subject'], fact)
            and all(same(value, fact.get(key)) for key, value in wanted.items() if key != 'subject'))


def compare(case, facts):
    """Lines about every difference. Values that nobody asked about are left out; every other fact must be expected, and
    a subject of whom only values are expected is asked only for those."""
    left = list(facts)
    missing = []
    for expectation in case.expected:
        found = next((fact for fact in left if fits(expectation.fact, fact)), None)
        if found is None:
            missing.append(expectation)
        else:
            left.remove(found)
    only_values = {name for name in {e.fact['subject'] for e in case.expected} - case.quiet
                   if all(e.fact['fact'] == 'value' for e in case.expected if e.fact['subject'] == name)}
    extra = [fact for fact in left if not any(subject_is(name, fact) for name in only_values)]
    wrong_values = [fact for fact in left if fact['fact'] == 'value' and
                    any(fact['name'] == e.fact.get('name') and subject_is(e.fact['subject'], fact) for e in missing)]
    extra = [fact for fact in extra if fact['fact'] != 'value'] + wrong_values
    return ([f'expected  {e.text}' for e in missing]
            + [f'got       {describe(case, fact)}' for fact in extra])


def on_the_clock(text, zone):
    """An instant of the program, as trail files write it; anything else as it is."""
    if not isinstance(text, str) or not re.fullmatch(r'\d{4}-\d\d-\d\dT[\d:.]+Z', text):
        return text
    moment = datetime.fromisoformat(text[:-1] + '+00:00').astimezone(ZoneInfo(zone))
    clock = moment.strftime('%Y-%m-%d %H:%M:%S.%f')
    return re.sub(r'(:00)?\.000000$', '', clock)


def describe(case, fact):
    """The fact nearly as a trail file says it, on the company's clock."""
    zone = case.definition.zone
    rest = {key: on_the_clock(value, zone) for key, value in fact.items() if key not in ('kind', 'subject')}
    kind = rest.pop('fact', '?')
    words = [str(fact.get('subject', '?')), *([] if kind in ('stage', 'value') else [kind])]
    for key in SAID_FIRST.get(kind, ()):
        words += ['..', str(rest.pop(key, None) or '')] if key in ('left',) else [str(rest.pop(key, '?'))]
    words += [f'{key}={value}' for key, value in rest.items() if value not in (None, [], '')]
    return ' '.join(words)


def play(case, masa, keep, plain):
    if keep:
        folder = os.path.join(keep, re.sub(r'\W+', '-', f'{case.file.removesuffix(".trail")} {case.title}').strip('-'))
        os.makedirs(folder, exist_ok=True)
    else:
        folder = tempfile.mkdtemp(prefix='trail-', dir=IN_MEMORY)
    try:
        player = Player(case, masa, folder)
        if case.refused:
            player.check_refusal()
        else:
            player.check_facts(plain)
        return player.result
    except (OSError, subprocess.TimeoutExpired) as error:
        return Result([f'the program did not end, or could not be run: {error}'])
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
