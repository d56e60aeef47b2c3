#!/usr/bin/env python3
"""The test runner counts what each kind of program says, and nothing a program says outweighs how it ended."""
import importlib.machinery
import importlib.util
import os
import sys
import unittest

sys.dont_write_bytecode = True
PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'run-tests')
spec = importlib.util.spec_from_loader('run_tests', importlib.machinery.SourceFileLoader('run_tests', PATH))
run_tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run_tests)

CASES = [
    # how it ended, what it said, what it said on the error stream: passed, failed, skipped
    ('OK', '1..3\nok 1 - a\nok 2 - b\nok 3 - c\n', '', (3, 0, 0)),
    ('OK', '1..3\nok 1 - a\nok 2 - b # SKIP no network\nok 3 - c\n', '', (2, 0, 1)),
    ('FAIL', '1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c\n', '', (2, 1, 0)),
    ('FAIL', '1..9\nok 1 - a\n', 'segmentation fault', (1, 8, 0)),
    ('TIMEOUT', '1..2\nok 1 - a\nok 2 - b\n', '', (2, 1, 0)),
    ('ERROR', '', 'cannot load', (0, 1, 0)),
    ('OK', 'anything at all\n', '', (1, 0, 0)),
    ('OK', '', '..s\nRan 3 tests in 0.3s\n\nOK (skipped=1)\n', (2, 0, 1)),
    ('FAIL', '', 'Ran 5 tests in 0.3s\n\nFAILED (failures=1, errors=2)\n', (2, 3, 0)),
    ('FAIL', 'FAILED  a.trail:3: x\n58 of 60 cases pass, 2 fail\n', '', (58, 2, 0)),
    ('OK', '60 of 60 cases pass\n', '', (60, 0, 0)),
    ('OK', 'properties: 200 passed, 0 failed (40 logs)\n', '', (200, 0, 0)),
    ('OK', 'TAP version 13\nok 1 - a.mjs\n1..1\n# pass 12\n# fail 0\n# cancelled 0\n# skipped 2\n', '', (12, 0, 2)),
    ('FAIL', 'ℹ tests 14\nℹ pass 12\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n', '', (12, 2, 0)),
    ('SKIP', '', '', (0, 0, 1)),
]


class Counting(unittest.TestCase):
    def test_cases(self):
        for result, stdout, stderr, expected in CASES:
            with self.subTest(result=result, stdout=stdout, stderr=stderr):
                test = {'result': result, 'stdout': stdout, 'stderr': stderr}
                self.assertEqual(run_tests.count(test), expected)


if __name__ == '__main__':
    unittest.main()
