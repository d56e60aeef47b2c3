"""Who takes part in the benchmark, and the command by which each does each task.

A task is a question and the form in which the log is given:
    q1          the funnel question from the raw file, in time order
    q1-shuffled the same from a shuffled file with copies and late lines
    q1-csv      the same from a CSV file (bench/csv)
    q2          five things in order within 30 days, from the raw file
    load        the raw file into the contestant's own store
    q1-loaded   and q2-loaded: from that store
A contestant takes part in the tasks for which it has a command. Adding one means adding a function to ALL below."""
import dataclasses
import os
import subprocess
import typing

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(HERE)
BUILD = os.path.join(PROJECT, os.environ.get('BUILD', 'build'))
DATA = os.path.join(HERE, 'data')
TASKS = ('q1', 'q1-shuffled', 'q1-csv', 'q2', 'load', 'q1-loaded', 'q2-loaded')


@dataclasses.dataclass
class Log:
    """The files of one size."""
    size: str

    def path(self, suffix):
        return os.path.join(DATA, f'{self.size}.{suffix}')

    @property
    def ordered(self):
        return self.path('ndjson')

    @property
    def shuffled(self):
        return self.path('shuffled.ndjson')

    @property
    def csv(self):
        return self.path('csv')


@dataclasses.dataclass
class Contestant:
    name: str
    title: str
    commands: typing.Callable  # (log) -> {task: command}
    environment: dict = dataclasses.field(default_factory=dict)
    missing: str = ''  # why it cannot take part
    store: str = ''    # suffix of the store that `load` makes


def missing_file(path, remedy):
    return '' if os.path.exists(path) else f'{os.path.relpath(path, PROJECT)} is missing; {remedy}'


def masa(threads):
    def commands(log):
        question = os.path.join(HERE, 'q1')
        store = log.path(f'masa{threads}')
        return {'q1': [question, log.ordered], 'q1-shuffled': [question, log.shuffled],
                'q1-csv': [question, log.csv], 'load': [os.path.join(HERE, 'load'), log.ordered, store],
                'q1-loaded': [question, '--db', store]}

    program = os.path.join(BUILD, 'masa')
    return Contestant(f'masa{threads}', f'masa, {threads_text(threads)}', commands,
                      {'MASA': program, 'MASA_THREADS': str(threads)}, missing_file(program, 'run make'),
                      store=f'masa{threads}')


def reference():
    def commands(log):
        program = os.path.join(BUILD, 'bench', 'reference')
        return {'q1': [program, 'q1', log.ordered], 'q1-shuffled': [program, 'q1', log.shuffled],
                'q2': [program, 'q2', log.ordered]}

    return Contestant('reference', 'reference C, 1 thread', commands)


DUCKDB_COLUMNS = {
    'id': 'BIGINT', 'ts': 'TIMESTAMP', 'lead': 'VARCHAR', 'type': 'VARCHAR', 'path': 'VARCHAR', 'step': 'TINYINT',
    'channel': 'VARCHAR', 'region': 'VARCHAR', 'employees': 'INTEGER', 'industry': 'VARCHAR'}

CLICKHOUSE_COLUMNS = {
    'id': 'UInt64', 'ts': 'DateTime', 'lead': 'String', 'type': 'String', 'path': 'String', 'step': 'UInt8',
    'channel': 'String', 'region': 'String', 'employees': 'UInt32', 'industry': 'String'}


def duckdb(threads):
    rivals = os.path.join(DATA, 'rivals')
    program = os.path.join(rivals, 'duckdb')
    columns = ', '.join(f"{name}: '{kind}'" for name, kind in DUCKDB_COLUMNS.items())

    def raw(path):
        return f"read_json('{path}', format = 'newline_delimited', columns = {{{columns}}})"

    def table(path):
        return f"read_csv('{path}', header = true, delim = ',', quote = '\"', columns = {{{columns}}})"

    def distinct(path):
        return f'(SELECT DISTINCT ON (id) * FROM {raw(path)})'

    def script(database, name, log_source, keep='MATERIALIZED'):
        return [program, database, os.path.join(HERE, 'rivals', 'duckdb', f'{name}.sql'), f'THREADS={threads}',
                f'LOG={log_source}', f'MATERIALIZED={keep}']

    def commands(log):
        store = log.path(f'duckdb{threads}')
        return {'q1': script(':memory:', 'q1', raw(log.ordered)),
                'q1-shuffled': script(':memory:', 'q1', distinct(log.shuffled)),
                'q1-csv': script(':memory:', 'q1', table(log.csv)),
                'q2': script(':memory:', 'q2', raw(log.ordered)),
                'load': script(store, 'load', raw(log.ordered)),
                'q1-loaded': script(store, 'q1', 'event', 'NOT MATERIALIZED'),
                'q2-loaded': script(store, 'q2', 'event')}

    missing = missing_file(program, 'run bench/install')
    title = f'{"DuckDB" if missing else duckdb_version(program)}, {threads_text(threads)}'
    return Contestant(f'duckdb{threads}', title, commands, missing=missing, store=f'duckdb{threads}')


def duckdb_version(program):
    said = subprocess.run([program], capture_output=True, text=True, check=False).stderr
    return said.strip().split('\n')[-1]


def clickhouse(threads):
    packages = os.path.join(DATA, 'rivals', 'chdb')
    program = os.path.join(HERE, 'rivals', 'clickhouse.py')
    columns = ', '.join(f'{name} {kind}' for name, kind in CLICKHOUSE_COLUMNS.items())

    def raw(path):
        return f"file('{path}', 'JSONEachRow', '{columns}')"

    def script(store, name, source):
        return ['python3', program, packages, store, os.path.join(HERE, 'rivals', 'clickhouse', f'{name}.sql'),
                f'THREADS={threads}', f'LOG={source}']

    def commands(log):
        store = log.path(f'clickhouse{threads}')
        return {'q1': script(':memory:', 'q1', raw(log.ordered)), 'q2': script(':memory:', 'q2', raw(log.ordered)),
                'load': script(store, 'load', raw(log.ordered)), 'q1-loaded': script(store, 'q1', 'event'),
                'q2-loaded': script(store, 'q2', 'event')}

    missing = missing_file(packages, 'run bench/install')
    version = 'ClickHouse' if missing else subprocess.run(
        ['python3', program, packages], capture_output=True, text=True, check=False).stdout.strip()
    return Contestant(f'clickhouse{threads}', f'{version}, {threads_text(threads)}', commands, missing=missing,
                      store=f'clickhouse{threads}')


def threads_text(threads):
    return '1 thread' if threads == 1 else f'{threads} threads'


ALL = [masa(2), masa(1), duckdb(2), duckdb(1), clickhouse(2), clickhouse(1), reference()]
