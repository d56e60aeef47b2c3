#!/usr/bin/env python3
"""The starters of masa init: each is a good definition, is explained in both languages, and takes its sample events
through every stage. run.py MASA [FOLDER OF THE TEMPLATES]"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# How many subjects enter each stage, and leave by each exit, in the sample events.
EXPECTED = {
    'b2b': {
        'b2b.MCL': 6, 'b2b.MEL': 4, 'b2b.MQL': 4, 'b2b.SAL': 2, 'b2b.SQL': 2, 'b2b.SQO': 2, 'b2b.WON': 1,
        'exit b2b.lost': 1, 'exit b2b.rejected': 1, 'handoff b2b.SAL accepted': 2, 'handoff b2b.SAL rejected': 1,
        'handoff b2b.SAL open': 1,
    },
    'aida': {
        'aida.AWARENESS': 10, 'aida.INTEREST': 8, 'aida.DESIRE': 6, 'aida.ACTION': 4, 'aida.ADVOCACY': 2,
        'exit aida.left': 1,
    },
    'subscription': {
        'life.TRIAL': 8, 'life.ACTIVATED': 6, 'life.PAYING': 5, 'life.RENEWED': 3, 'exit life.cancelled': 1,
        'exit life.payment_failed': 1, 'attention.USING': 8, 'attention.AT_RISK': 5, 'attention.RETURNED': 1,
        'exit attention.cancelled': 1,
    },
}


class Runner:
    def __init__(self, masa, folder):
        self.masa, self.folder, self.problems = masa, folder, []

    def run(self, *arguments, code=0):
        done = subprocess.run([self.masa, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != code:
            self.problems.append(f'{" ".join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr}')
        return done.stdout

    def equal(self, what, got, wanted):
        if got != wanted:
            self.problems.append(f'{what}: got {got}, wanted {wanted}')

    def init(self, name):
        """masa init writes the template, and never over a file."""
        text = (self.folder / f'{name}.yaml').read_text(encoding='utf-8')
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'masa.yaml'
            self.run('init', '--template', name, path)
            self.equal(f'{name}: what init writes', path.read_text(encoding='utf-8') == text, True)
            path.write_text('mine', encoding='utf-8')
            self.run('init', '--template', name, path, code=1)
            self.equal(f'{name}: a file that was there', path.read_text(encoding='utf-8'), 'mine')

    def explain(self, name):
        path = self.folder / f'{name}.yaml'
        self.run('check', path)
        stages = {key.split('.')[1] for key in EXPECTED[name] if ' ' not in key}
        for language, word in (('en', 'Entered'), ('he', 'הכניסה לשלב')):
            text = self.run('check', '--explain', '--lang', language, path)
            missing = [stage for stage in stages if stage not in text]
            self.equal(f'{name}: stages that are not explained in {language}', missing, [])
            self.equal(f'{name}: places left open in {language}', text.count('{'), 0)
            if word not in text:
                self.problems.append(f'{name}: the explanation in {language} does not say "{word}"')

    def facts(self, name):
        """Counted once for each subject, whatever its laps."""
        out = self.run('facts', '--definition', self.folder / f'{name}.yaml', self.folder / f'{name}.ndjson')
        seen = collections.defaultdict(set)
        for line in out.splitlines():
            fact = json.loads(line)
            funnel = fact.get('funnel')
            key = {'stage': f'{funnel}.{fact.get("stage")}', 'exit': f'exit {funnel}.{fact.get("exit")}',
                   'handoff': f'handoff {funnel}.{fact.get("stage")} {fact.get("outcome")}'}.get(fact['fact'])
            if key:
                seen[key].add(fact['subject'])
        with tempfile.TemporaryDirectory() as folder:
            store = pathlib.Path(folder) / 'a.db'
            files = self.folder / f'{name}.yaml', self.folder / f'{name}.ndjson'
            self.run('import', '--db', store, '--definition', *files)
            self.equal(f'{name}: a store tells what the file does', self.run('facts', '--db', store) == out, True)
        counts = {key: len(who) for key, who in sorted(seen.items())}
        self.equal(f'{name}: subjects', counts, dict(sorted(EXPECTED[name].items())))

    def earns(self, name, stage):
        """What is paid stands at the stage that is entered by paying, whichever the report's goal is."""
        files = self.folder / f'{name}.yaml', self.folder / f'{name}.ndjson'
        report = json.loads(self.run('report', '--format', 'json', '--period', '2020..2030', '--definition', *files))
        earned = {row['code']: row['revenue'] for row in report['outcomes'] if row['revenue'] is not None}
        self.equal(f'{name}: where revenue stands', list(earned), [stage])
        self.equal(f'{name}: revenue', earned.get(stage, 0) > 0, True)

    def renewed_for_years(self):
        """Whoever goes on renewing after the last stage was reached has not come round again."""
        events = ['trial_started', *['feature_used'] * 3, 'payment_made', *['plan_renewed'] * 15]
        lines = []
        for n, event in enumerate(events):
            month = f'2024-01-05T0{n}' if n < 4 else f'{2024 + n // 12}-{n % 12 + 1:02}-05T09'
            lines.append(json.dumps({'type': 'track', 'event': event, 'userId': 'p1', 'messageId': f'm{n}',
                                     'timestamp': f'{month}:00:00Z',
                                     'properties': {'subscription': 's1', 'feature': f'f{n}'}}))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'renewals.ndjson'
            path.write_text('\n'.join(lines), encoding='utf-8')
            out = self.run('facts', '--definition', self.folder / 'subscription.yaml', path)
        life = [fact for fact in map(json.loads, out.splitlines()) if fact.get('funnel') == 'life']
        self.equal('subscription: laps of one renewed for years', {fact['lap'] for fact in life}, {1})
        self.equal('subscription: its last stage', life[-1]['stage'], 'LOYAL')


def main():
    masa = sys.argv[1]
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else HERE.parent.parent / 'examples' / 'templates'
    runner = Runner(masa, folder)
    for name in EXPECTED:
        runner.init(name)
        runner.explain(name)
        runner.facts(name)
        runner.earns(name, {'b2b': 'WON', 'aida': 'ACTION', 'subscription': 'PAYING'}[name])
    runner.renewed_for_years()
    runner.run('init', '--template', 'b2c', '-', code=2)
    runner.run('check', HERE / 'sketch.yaml')
    for problem in runner.problems:
        print(problem)
    print(f'{len(EXPECTED)} templates, {len(runner.problems)} problems')
    return 1 if runner.problems else 0


sys.exit(main())
