"""Turns the measurements of one run into Markdown tables: times, memory, and ratios taken within the run."""
import os
import statistics

# (slower, faster): how many times faster the second is, and what part of the first's memory it needs.
PAIRS = [('duckdb2', 'masa2'), ('duckdb1', 'masa1'), ('clickhouse2', 'masa2'),
         ('clickhouse1', 'masa1'), ('duckdb2', 'reference'), ('duckdb1', 'reference')]
# (larger, smaller): how the time grows with the data.
SCALES = [('e10m', 'e1m')]


def table(header, rows):
    """Aligned, so that it reads well in a terminal too: the first column to the left, figures to the right."""
    widths = [max(2, *(len(row[i]) for row in [header, *rows])) for i in range(len(header))]

    def line(cells):
        padded = [cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(cells, widths))]
        return '| ' + ' | '.join(padded) + ' |'

    rule = ['-' * width if i == 0 else '-' * (width - 1) + ':' for i, width in enumerate(widths)]
    return [line(header), line(rule), *map(line, rows)]


def median(record):
    return statistics.median(record['wall_s'])


def peak(record):
    return max(record['peak_mib'])


def measured_rows(records):
    for r in records:
        store = f'{r["store_mib"]:.0f}' if r.get('store_mib') else ''
        answer = {True: 'agrees', False: 'DIFFERS', None: ''}[r['agrees']]
        yield [f'{r["size"]} {r["task"]}, {r["title"]}', f'{min(r["wall_s"]):.3f}', f'{median(r):.3f}',
               f'{max(r["wall_s"]):.3f}', str(len(r['wall_s'])), f'{statistics.median(r["cpu_s"]):.2f}',
               f'{peak(r):.0f}', store, answer]


def ratio_rows(records):
    known = {(r['size'], r['task'], r['contestant']): r for r in records}
    for size, task in dict.fromkeys((r['size'], r['task']) for r in records):
        for slow_name, fast_name in PAIRS:
            slow, fast = known.get((size, task, slow_name)), known.get((size, task, fast_name))
            if slow and fast:
                rounds = [a / b for a, b in zip(slow['wall_s'], fast['wall_s'])]
                yield [f'{size} {task}: {slow["title"]} / {fast["title"]}', f'{median(slow) / median(fast):.2f}',
                       f'{min(rounds):.2f} to {max(rounds):.2f}', f'{peak(fast) / peak(slow):.2f}']


def scale_rows(records):
    known = {(r['size'], r['task'], r['contestant']): r for r in records}
    for large, small in SCALES:
        for size, task, name in known:
            if size == large and (small, task, name) in known:
                big, little = known[(large, task, name)], known[(small, task, name)]
                yield [f'{task}, {big["title"]}', f'{median(big) / median(little):.1f}',
                       f'{peak(big) / peak(little):.1f}']


def markdown(records):
    """The text of all tables of one run."""
    run = records[0]
    lines = [f'Run {run["run"]} of commit {run["commit"]} on {run["machine"]}; load before it {run["load_before"]}.',
             f'Command: `{run["command"]}`.', '']
    lines += table(['task', 'min s', 'median s', 'max s', 'n', 'CPU s', 'peak MiB', 'store MiB', 'answer'],
                   list(measured_rows(records)))
    for title, header, rows in (
            ('Ratios of medians, and of the single rounds; memory is the second\'s peak as part of the first\'s:',
             ['pair', 'time ratio', 'rounds', 'memory'], list(ratio_rows(records))),
            ('Ten times the data:', ['task', 'time', 'memory'], list(scale_rows(records)))):
        if rows:
            lines += ['', title, '', *table(header, rows)]
    return '\n'.join(lines)


def machine():
    """Processor, cores, memory and kernel in one line."""
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        models = [line.split(':', 1)[1].strip() for line in file if line.startswith('model name')]
    model = models[0] if models else 'unknown processor'
    gib = os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30
    return f'{len(os.sched_getaffinity(0))} x {model}, {gib:.1f} GiB, Linux {os.uname().release}'
