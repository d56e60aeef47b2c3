#!/usr/bin/env python3
"""masa eval from outside: arguments, exit codes, bindings files and batches. usage: eval_test.py MASA"""
import json
import os
import subprocess
import sys
import tempfile

MASA = os.path.abspath(sys.argv[1])

# arguments after `eval`; exit code; what is on stdout as JSON (None: nothing); a part of stderr
SINGLE = [
    (['1 + 2'], 0, 3, ''),
    (["['x', 'שלום', 1.5, null, true]"], 0, ['x', 'שלום', 1.5, None, True], ''),
    (["{1: 'a', true: b'\\xff'}"], 0, {'1': 'a', 'true': '/w=='}, ''),
    (["[timestamp('2026-01-05T09:00:00Z'), duration('90s')]"], 0, ['2026-01-05T09:00:00Z', '90s'], ''),
    (["[double('NaN'), 1.0 / 0.0]"], 0, ['NaN', 'Infinity'], ''),
    (["timestamp('2026-07-01T21:30:00Z').getDate('Asia/Jerusalem')"], 0, 2, ''),
    (['--', '-5'], 0, -5, ''),
    (['--typed', '5u'], 0, {'uint': '5'}, ''),
    (['--typed', '--', '-5'], 0, {'int': '-5'}, ''),
    (['lead.opens + 1', '--with', 'plain.json'], 0, 42, ''),
    (['--with', 'plain.json', 'lead.name + lead.tags[0]'], 0, 'דנהa', ''),
    (['--typed', '--with', 'typed.json', 'a.b - n'], 0, {'int': '2'}, ''),
    (['1 / 0'], 1, None, '1:3: division by zero'),
    (['1 +'], 1, None, '1:4: expected a value, found the end'),
    (['nobody'], 1, None, "there is no name 'nobody'"),
    (["1 + 'a'"], 1, None, "1:3: no '+' for int and string"),
    (['--typed', "ip('1.2.3.4')"], 1, None, 'cannot be written'),
    (["ip('1.2.3.4')"], 0, '1.2.3.4', ''),
    ([], 2, None, 'usage'),
    (['1', '2'], 2, None, 'usage'),
    (['--nonsense', '1'], 2, None, 'usage'),
    (['--batch'], 2, None, 'usage'),
    (['--with'], 2, None, 'usage'),
    (['--with', 'missing.json', '1'], 2, None, 'missing.json'),
    (['--with', 'broken.json', '1'], 2, None, 'broken.json:2:6: a key that is there twice'),
    (['--with', 'list.json', '1'], 2, None, 'one JSON object'),
    (['--typed', '--with', 'plain.json', '1'], 1, None, "binding 'lead'"),
]

FILES = {
    'plain.json': '{"lead": {"opens": 41, "name": "דנה", "tags": ["a"]}}',
    'typed.json': '{"a.b": {"int": "3"}, "n": {"int": "1"}}',
    'broken.json': '{"a": 1,\n     "a": 2}',
    'list.json': '[1]',
}

# request; the answer without its id, or a part of its error
BATCH = [
    ({'expr': '1 + 2'}, {'value': {'int': '3'}}),
    ({'expr': 'opens * 2', 'bindings': {'opens': {'int': '3'}}, 'check': True}, {'value': {'int': '6'}}),
    ({'expr': "opens + 'x'", 'types': {'opens': 'int'}}, "1:7: no '+' for int and string"),
    ({'expr': 'opens', 'types': {'opens': 'int'}}, 'no value is given for opens'),
    ({'expr': 'opens'}, "there is no name 'opens'"),
    ({'expr': '[1, 2]', 'check_only': True}, {'type': 'list(int)'}),
    ({'expr': 'x', 'container': 'a', 'bindings': {'a.x': {'string': 'in'}, 'x': {'string': 'out'}}},
     {'value': {'string': 'in'}}),
    ({'expr': "1 + 'a' == 2 || true", 'check': False}, {'value': {'bool': True}}),
    ({'expr': 'x', 'bindings': {'x': {'int': 3}}}, "binding 'x'"),
    ({'expr': 'x', 'bindings': {'x': {'int': '3', 'uint': '3'}}}, 'one key'),
    ({'expr': 'x', 'types': {'x': 'nonsense'}}, 'no type'),
    ({'expr': 7}, '"expr" is of the wrong kind'),
    ({}, 'no "expr"'),
    ({'expr': "'a\\u0000b'"}, {'value': {'string': 'a\0b'}}),
    ({'expr': '"' + 'x' * 200000 + '"'}, 'more than 100000'),
]


def run(arguments, text=None, folder=None):
    return subprocess.run([MASA, 'eval'] + arguments, input=text, capture_output=True, encoding='utf-8', cwd=folder)


def check_single(folder):
    for arguments, code, value, message in SINGLE:
        got = run(arguments, folder=folder)
        out = json.loads(got.stdout) if got.stdout.strip() else None
        good = got.returncode == code and out == value and message in got.stderr
        yield good, f'{arguments}: {got.returncode} {got.stdout!r} {got.stderr!r}'


def check_batch():
    lines = [json.dumps({'id': str(i), **request}) for i, (request, _) in enumerate(BATCH)]
    lines.insert(3, 'not JSON')
    got = run(['--typed', '--batch'], '\n'.join(lines) + '\n')
    answers = [json.loads(line) for line in got.stdout.splitlines()]
    yield got.returncode == 0 and len(answers) == len(lines), f'{len(answers)} answers, exit {got.returncode}'
    yield answers[3].get('id') == '' and 'error' in answers.pop(3), 'a line that is no JSON'
    for i, ((_, wanted), answer) in enumerate(zip(BATCH, answers)):
        yield answer.pop('id') == str(i), f'id of {i}'
        good = wanted in answer.get('error', '') if isinstance(wanted, str) else answer == wanted
        yield good, f'{BATCH[i]}: {answer}'


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                file.write(text)
        results = list(check_single(folder)) + list(check_batch())
    for good, what in results:
        if not good:
            print('WRONG', what)
    print(f'{sum(good for good, _ in results)} of {len(results)} cases pass')
    return 0 if all(good for good, _ in results) else 1


sys.exit(main())
