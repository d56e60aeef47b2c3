"""Reads and compares answers: CSV with a header line, as bench/reference prints them."""
import csv
import itertools

TOLERANCE = 2e-6  # answers are printed with six decimals
KEY_COLUMNS = ('channel', 'month')
MISSING = object()


def read(path):
    """The header, and the rows by their key: the key columns where there are any, else the row's number."""
    with open(path, newline='', encoding='utf-8-sig') as file:
        rows = list(csv.reader(file))
    if not rows:
        return [], {}
    header = rows[0]
    keys = [header.index(name) for name in KEY_COLUMNS if name in header]
    numbered = enumerate(rows[1:])
    return header, {tuple(row[k] for k in keys) if keys else (number,): row for number, row in numbered}


def same_value(expected, got):
    """Counts and texts must be the same, and a number with a fraction within the tolerance."""
    if expected == got:
        return True
    if MISSING in (expected, got) or '.' not in expected:
        return False
    try:
        return abs(float(expected) - float(got)) <= TOLERANCE
    except ValueError:
        return False


def differences(expected_path, got_path):
    """What is different, in words; empty when the answers agree. The order of the rows does not matter."""
    header, expected = read(expected_path)
    got_header, got = read(got_path)
    if header != got_header:
        return [f'the columns are {",".join(got_header)} instead of {",".join(header)}']
    found = []
    for key in sorted(expected.keys() | got.keys()):
        name = 'row ' + ' '.join(map(str, key))
        if key not in got or key not in expected:
            found.append(f'{name} is {"missing" if key in expected else "too many"}')
            continue
        for column, want, have in itertools.zip_longest(header, expected[key], got[key], fillvalue=MISSING):
            if not same_value(want, have):
                found.append(f'{name}, {column}: {have} instead of {want}')
    return found
