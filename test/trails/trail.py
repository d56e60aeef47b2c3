"""Reads trail files: from the text a person wrote to cases. Knows nothing of running them."""
import json
import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

DATE = r'\d{4}-\d\d-\d\d'
CLOCK = r'\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?'
TIME = rf'{DATE}(?: {CLOCK}(?:[+-]\d\d:\d\d)?)?'
IMPLIED_COMPANY = 'company: { name: Trails, locale: en-US, zone: UTC, currency: USD }'
HOWS = ('carried', 'unproposed', 'returned', 'decided', 'inherited', 'landed')
DECISIONS = ('accept', 'reject', 'return', 'disqualify', 'merge', 'unmerge', 'erase', 'definition', 'signoff',
             'undo', 'note', 'owner', 'assigned', 'milestone')
OUTCOMES = ('open', 'accepted', 'rejected', 'returned', 'withdrawn')
PASSING = {'received': 'receivedAt', 'sent': 'sentAt', 'original': 'originalTimestamp'}


class TrailError(Exception):
    """Everything wrong in one file, each as "file:line: message"."""

    def __init__(self, messages):
        super().__init__('\n'.join(messages))
        self.messages = messages


@dataclass
class Definition:
    """The YAML as given to the program. What is implied stands at the end, so that line 1 is the first line written."""
    text: str
    zone: str


@dataclass
class Event:
    line: int
    at: datetime            # an aware instant; the end of its day when day_only
    day: str                # the date as written when day_only, else None
    call: dict              # the rest of the message, as JSON
    source: str = None      # of a file with a mapping of its own; None: the Segment shape


@dataclass
class Expectation:
    line: int
    text: str
    fact: dict              # every field of it must be equal in the fact


@dataclass
class Case:
    file: str
    line: int
    title: str
    rulings: list
    why: str
    definition: Definition
    published: list = field(default_factory=list)     # (name, when, Definition); when is None: as the log says
    events: list = field(default_factory=list)
    as_of: str = None       # as written
    as_of_at: datetime = None
    mode: str = None
    expected: list = field(default_factory=list)
    refused: list = field(default_factory=list)       # (line or None, [parts]) for a definition that must be refused
    quiet: set = field(default_factory=set)           # subjects of whom "nothing" is expected

    @property
    def place(self):
        return f'{self.file}:{self.line}'


def last_of_day(date, zone):
    """The last microsecond of a day of the company, as an instant."""
    next_day = datetime.strptime(date, '%Y-%m-%d') + timedelta(days=1)
    return next_day.replace(tzinfo=ZoneInfo(zone)).astimezone(timezone.utc) - timedelta(microseconds=1)


def instant(text, zone):
    """An instant written on the company's clock; a date alone is the end of that day."""
    if re.fullmatch(DATE, text):
        return last_of_day(text, zone)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(timezone.utc)


def rfc3339(moment):
    text = moment.astimezone(timezone.utc).strftime('%Y-%m-%dT%H:%M:%S')
    if moment.microsecond:
        text += f'.{moment.microsecond:06d}'.rstrip('0')
    return text + 'Z'


def definition_of(lines):
    """The block's lines, without their common indentation, and what is implied."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    text = '\n'.join(line[margin:] for line in lines).rstrip() + '\n'
    if not re.search(r'^masa:', text, re.MULTILINE):
        text += 'masa: 1\n'
    if not re.search(r'^company:', text, re.MULTILINE):
        text += IMPLIED_COMPANY + '\n'
    zone = re.search(r'\bzone:\s*([A-Za-z_]+(?:/[A-Za-z_]+)*)', text)
    return Definition(text, zone.group(1) if zone else 'UTC')


def words_of(text):
    """Splits at spaces, but not inside quotes or brackets."""
    words, word, depth, quote = [], '', 0, False
    for letter in text:
        if letter == '"':
            quote = not quote
        elif not quote and letter in '[{':
            depth += 1
        elif not quote and letter in ']}':
            depth -= 1
        if letter.isspace() and not quote and depth == 0:
            words.append(word)
            word = ''
        else:
            word += letter
    if quote or depth:
        raise ValueError('a quote or bracket is not closed')
    return [w for w in words + [word] if w]


def value_of(text):
    """JSON where it is JSON (numbers, true, null, "quoted", [..], {..}), otherwise the text itself."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        if text[:1] in '[{"':
            raise ValueError(f'{text} is not valid JSON') from None
        return text


def put(tree, dotted, value):
    *path, last = dotted.split('.')
    for name in path:
        tree = tree.setdefault(name, {})
    tree[last] = value


def without_comment(line):
    return re.sub(r'(^|\s)#\s.*$', '', line).rstrip()


def event_call(words, number):
    """The message behind `p1 email_opened step=1`: who, what, and its fields."""
    who, what, *rest = words
    call = {'type': what if what in ('identify', 'group', 'alias') else 'track', 'messageId': f'm{number:02d}'}
    if what == 'alias':
        if len(rest) != 1:
            raise ValueError('an alias names the other id and nothing else: p1 alias x1')
        call['previousId'] = rest.pop()
    if what == 'group' and rest and '=' not in rest[0]:
        call['groupId'] = rest.pop(0)
    elif what == 'group':
        call['groupId'], who = who, 'nobody'
    if call['type'] == 'track':
        call['event'] = what
    if who.startswith('anon:'):
        call['anonymousId'] = who[len('anon:'):]
    elif who not in ('nobody', 'market'):
        call['userId'] = who
    fields = call.setdefault('properties' if call['type'] == 'track' else 'traits', {})
    for word in rest:
        name, equals, text = word.partition('=')
        if not equals or not name:
            raise ValueError(f'"{word}" is no field: write name=value')
        place_field(call, fields, name, value_of(text))
    return call


def place_field(call, fields, name, value):
    if name.startswith('context.'):
        put(call, name, value)
    elif name == 'id':
        call['messageId'] = str(value)
    elif name == 'anonymous':
        call['anonymousId'] = str(value)
    elif name == 'group':
        put(call, 'context.groupId', str(value))
    elif name in ('user', 'source'):
        call['userId' if name == 'user' else name] = str(value)
    elif name in PASSING:
        call[PASSING[name]] = str(value)
    else:
        put(fields, name, value)


class Reader:
    """Walks the lines of one file. The state is which block we are in; indentation ends a block."""

    def __init__(self, path):
        self.file = os.path.basename(path)
        with open(path, encoding='utf-8') as stream:
            self.lines = stream.read().split('\n')
        self.at = 0
        self.shared = None
        self.cases = []
        self.messages = []

    def wrong(self, line, message):
        self.messages.append(f'{self.file}:{line}: {message}')

    def block(self):
        """The indented lines that follow, with their numbers; blank lines inside belong to it."""
        found = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and not line[0].isspace():
                break
            found.append((self.at + 1, line))
            self.at += 1
        while found and not found[-1][1].strip():
            found.pop()
        return found

    def read(self):
        case = None
        while self.at < len(self.lines):
            number, line = self.at + 1, self.lines[self.at].rstrip()
            self.at += 1
            if line.startswith('== '):
                case = self.open_case(number, line)
            elif line == 'definition:':
                definition = definition_of([text for _, text in self.block()])
                if case and not case.events and not case.expected and not case.refused:
                    case.definition = definition
                else:
                    self.shared, case = definition, None
            elif not line or line.startswith('#'):
                continue
            elif case:
                self.part(case, number, line)
            else:
                self.wrong(number, 'a case begins with "== title"')
        self.finish()
        if self.messages:
            raise TrailError(self.messages)
        return self.cases

    def open_case(self, number, line):
        match = re.fullmatch(r'== (.+?)\s+\(rulings? ([\d, ]+)\)\s*', line)
        if not match:
            self.wrong(number, 'a title ends with the ruling it shows: "== Title    (ruling 2)"')
        title, rulings = (match[1], re.findall(r'\d+', match[2])) if match else (line[3:].strip(), [])
        case = Case(self.file, number, title, [int(r) for r in rulings], '', self.shared)
        self.cases.append(case)
        return case

    def part(self, case, number, line):
        published = re.fullmatch(rf'published ({TIME}):', line)
        offered = re.fullmatch(r'offered as (\w+):', line)
        as_of = re.fullmatch(rf'as of ({TIME})', line)
        mode = re.fullmatch(r'mode (recorded|if)', line)
        if line == 'events:':
            self.take_events(case)
        elif line == 'expect:':
            self.take_expectations(case)
        elif published:
            when = instant(published.group(1), case.definition.zone)
            name = f'published-{len(case.published) + 1}'
            case.published.append((name, when, definition_of([text for _, text in self.block()])))
        elif offered:
            case.published.append((offered.group(1), None, definition_of([text for _, text in self.block()])))
        elif as_of:
            case.as_of = as_of.group(1)
        elif mode:
            case.mode = mode.group(1)
        elif case.events or case.expected:
            self.wrong(number, f'"{line}" is none of: events:, as of TIME, mode recorded, mode if, published TIME:, '
                               'offered as NAME:, expect:')
        else:
            case.why = (case.why + ' ' + line).strip()

    def take_events(self, case):
        if not case.definition:
            self.wrong(case.line, 'no definition stands before this case')
            case.definition = definition_of([])
        for number, line in self.block():
            text = without_comment(line).strip()
            if not text:
                continue
            match = re.match(rf'({TIME})\s+(\S.*)', text)
            try:
                if not match or len(words_of(match.group(2))) < 2:
                    raise ValueError('an event is a date, perhaps a time, who, what, and name=value fields')
                when, zone = match.group(1), case.definition.zone
                call = event_call(words_of(match.group(2)), len(case.events) + 1)
                source = call.pop('source', None)
                self.stamp(call, zone)
                day = when if re.fullmatch(DATE, when) else None
                case.events.append(Event(number, instant(when, zone), day, call, source))
            except ValueError as error:
                self.wrong(number, str(error))

    @staticmethod
    def stamp(call, zone):
        for key in PASSING.values():
            if key in call:
                call[key] = rfc3339(instant(call[key], zone))

    def take_expectations(self, case):
        for number, line in self.block():
            text = without_comment(line).strip()
            if not text:
                continue
            try:
                expect(case, number, text)
            except (ValueError, InvalidOperation) as error:
                self.wrong(number, str(error) or f'cannot read "{text}"')

    def finish(self):
        for case in self.cases:
            if not case.definition:
                self.wrong(case.line, 'no definition stands before this case')
                continue
            if case.as_of:
                case.as_of_at = instant(case.as_of, case.definition.zone)
            if not case.why:
                self.wrong(case.line, 'say in a sentence why it is so')
            if not case.expected and not case.refused and not case.quiet:
                self.wrong(case.line, 'nothing is expected: write "p1 nothing" when that is meant')
            if not case.events and not case.refused:
                self.wrong(case.line, 'there are no events')


def expect(case, number, text):
    """One line of `expect:`. The subject's kind is left out unless two kinds share a name."""
    refused = re.fullmatch(r'definition refused(?: at line (\d+))?: (.+)', text)
    if refused:
        parts = [part.strip() for part in refused.group(2).split('...')]
        case.refused.append((int(refused.group(1)) if refused.group(1) else None, parts))
        return
    subject, _, rest = text.partition(' ')
    rest = rest.strip()
    if rest == 'nothing':
        case.quiet.add(subject)
        return
    for pattern, make in PATTERNS:
        match = re.match(pattern, rest)
        if match:
            fact = make(case, match)
            tail_notes(case, fact, rest[match.end():].strip())
            fact['subject'] = subject
            case.expected.append(Expectation(number, text, fact))
            return
    raise ValueError(f'"{text}" is no fact: see README.md for how each is written')


def stage_of(text):
    funnel, dot, stage = text.rpartition('.')
    return {'funnel': funnel, 'stage': stage} if dot else {'stage': stage}


def time_in(case, text):
    return rfc3339(instant(text, case.definition.zone)) if text else None


def make_handoff(case, match):
    fact = {'fact': 'handoff', **stage_of(match['stage']), 'submitted': time_in(case, match['from']), 'lap': 1}
    fact['at'] = time_in(case, match['to'])
    fact['outcome'] = match['outcome']
    return fact


def make_exit(case, match):
    funnel, dot, name = match['exit'].rpartition('.')
    fact = {'fact': 'exit', 'exit': name, 'at': time_in(case, match['at']), 'lap': 1}
    return {**fact, 'funnel': funnel} if dot else fact


def make_refused(case, match):
    return {'fact': 'refused', 'decision': match['decision'], 'at': time_in(case, match['at']), 'why': match['why']}


def make_alias(_, match):
    return {'fact': 'alias', 'alias': match['alias']}


def make_definition(case, match):
    waits = [side for side in (match['waits'] or '').split(',') if side]
    return {'fact': 'definition', 'in_force': time_in(case, match['force']), 'waits_for': waits}


def make_erased(_, match):
    return {'fact': 'erased', 'subjects': int(match['subjects']), 'refused': int(match['refused'] or 0)}


def make_conflict(_, match):
    return {'fact': 'conflict', 'id': match['id'], 'copies': int(match['copies'])}


def make_touch(case, match):
    return {'fact': 'touch', 'id': match['id'], 'at': time_in(case, match['at']), 'human': int(match['human'])}


def make_value(_, match):
    text = match['value'].strip()
    about = match['sign'] == '~'
    if text == 'unknown':
        value = None
    elif re.fullmatch(r'-?\d+(\.\d+)?', text):
        value = Decimal(text)
    else:
        value = value_of(text)
    return {'fact': 'value', 'name': match['name'], 'value': ('about', value) if about else value}


def make_stage(case, match):
    return {'fact': 'stage', **stage_of(match['stage']), 'entered': time_in(case, match['from']),
            'left': time_in(case, match['to']), 'lap': 1, 'how': ('rule', 'decided')}


SPAN = rf'(?P<from>{TIME})(?: \.\. (?P<to>{TIME}))?'
PATTERNS = (
    (r'(?P<name>[a-z_]+(?:\.\w+)+)\s*(?P<sign>[=~])\s*(?P<value>.+)$', make_value),
    (rf'handoff (?P<stage>[\w.]+)\s+{SPAN}\s+(?P<outcome>{"|".join(OUTCOMES)})\b', make_handoff),
    (rf'exit (?P<exit>[\w.]+)\s+(?P<at>{TIME})', make_exit),
    (r'alias (?P<alias>\S+)$', make_alias),
    (rf'in force (?P<force>{TIME})(?P<waits>$)', make_definition),
    (r'(?P<force>)waits for (?P<waits>\w+(?:,\w+)*)$', make_definition),
    (r'erased (?P<subjects>\d+)(?: refused (?P<refused>\d+))?$', make_erased),
    (rf'refused (?P<decision>{"|".join(DECISIONS)})\s+(?P<at>{TIME})\s+why '
     r'(?P<why>role|stage|redundant|nothing held|late)\b', make_refused),
    (r'conflict (?P<id>\S+) copies (?P<copies>\d+)$', make_conflict),
    (rf'touch (?P<id>\S+)\s+(?P<at>{TIME})\s+human (?P<human>\d+)$', make_touch),
    (rf'(?P<stage>[\w.]+)\s+{SPAN}', make_stage),
)
NOTES = (
    (r'lap (\d+)\b', lambda case, fact, m: fact.update(lap=int(m[1]))),
    (r'landed by (\w+)', lambda case, fact, m: fact.update(how='landed', landing=m[1])),
    (rf'({"|".join(HOWS)})\b', lambda case, fact, m: fact.update(how=m[1])),
    (r'because (\w+)', lambda case, fact, m: fact.update(clause=m[1])),
    (r'events? (\w+(?:,\w+)*)', lambda case, fact, m: fact.update(events=m[1].split(','))),
    (rf'due ({TIME})', lambda case, fact, m: fact.update(due=time_in(case, m[1]))),
    (r'from (\w+)', lambda case, fact, m: fact.update(stage=m[1])),
    (r'(by|reason|to|owner) (\w+)', lambda case, fact, m: fact.update({m[1]: None if m[2] == 'nobody' else m[2]})),
)


def tail_notes(case, fact, text):
    """The optional words after a fact: compared when they are written."""
    while text:
        for pattern, note in NOTES:
            match = re.match(pattern, text)
            if match:
                note(case, fact, match)
                text = text[match.end():].lstrip(' ,')
                break
        else:
            raise ValueError(f'"{text}" is no note: lap N, carried, unproposed, returned, decided, inherited, landed, '
                             'because LABEL, event ID, due TIME, from STAGE, by WHO, reason WORD, to TEAM, owner WHO')


def read_trail(path):
    return Reader(path).read()
