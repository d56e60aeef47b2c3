#!/usr/bin/env python3
"""Runs a script in ClickHouse's embedded engine (chdb) and prints the answer of its last statement as CSV.

usage: clickhouse.py PACKAGES STORE SCRIPT.sql [NAME=VALUE ...]

PACKAGES is the folder where bench/install put the engine, STORE a folder or :memory:. ${NAME} in the script is
replaced; statements end with a semicolon at the end of a line. Without a script the version is printed."""
import sys

sys.path.insert(0, sys.argv[1])
from chdb import session  # pylint: disable=import-error,wrong-import-position


def main():
    store = sys.argv[2] if len(sys.argv) > 2 else ':memory:'
    engine = session.Session() if store == ':memory:' else session.Session(store)
    if len(sys.argv) < 4:
        print('ClickHouse ' + str(engine.query('SELECT version()', 'TSV')).strip())
        return
    names = dict(word.split('=', 1) for word in sys.argv[4:])
    with open(sys.argv[3], encoding='utf-8') as file:
        script = file.read()
    for name, value in names.items():
        script = script.replace('${' + name + '}', value)
    engine.query(f'SET max_threads = {names["THREADS"]}, date_time_input_format = \'best_effort\'')
    for statement in script.strip().split(';\n'):
        answer = engine.query(statement.rstrip(';'), 'CSVWithNames')
    sys.stdout.write(str(answer))


if __name__ == '__main__':
    main()
