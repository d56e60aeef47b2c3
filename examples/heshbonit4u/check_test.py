#!/usr/bin/env python3
"""Shows that check.py can fail: each change of one line of the data breaks exactly the tables that rest on it."""

import contextlib
import glob
import io
import json
import os
import re
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import check

FILES = sorted(glob.glob(os.path.join(check.HERE, "data", "*.ndjson")))
LINES = [line for path in FILES for line in check.lines_of(path)]
SPEND = os.path.join(check.HERE, "data", "spend.csv")


def broken(change):
    """Names of the tables that differ when every copy of the first line that `change` alters is altered alike."""
    old, new = next((line, new) for line in LINES for new in [change(line)] if new is not None)
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        file.writelines(new if line == old else line for line in LINES)
        file.flush()
        out = io.StringIO()
        arguments, sys.argv = sys.argv, ["check.py", file.name, SPEND]
        try:
            with contextlib.redirect_stdout(out):
                code = check.main()
        finally:
            sys.argv = arguments
    names = set(re.findall(r"^BAD  (.*?)(?:  |$)", out.getvalue(), re.M))
    assert code == (1 if names else 0)
    return names


def of(event, user="p", **properties):
    def wanted(line):
        record = json.loads(line)
        found = record.get("properties", {})
        return (record.get("event") == event and record["userId"].startswith(user)
                and all(found.get(k) == v for k, v in properties.items()))
    return wanted


def drop(wanted):
    return lambda line: "" if wanted(line) else None


def later(wanted):
    """One second later."""
    def change(line):
        if not wanted(line) or not re.search(r':[0-4]\dZ"', line):
            return None
        return re.sub(r':(\d\d)Z"', lambda m: ':%02dZ"' % (int(m[1]) + 1), line, count=1)
    return change


class CanFail(unittest.TestCase):
    def test_as_it_is(self):
        self.assertEqual(broken(lambda line: line), set())

    def test_a_second_in_a_mean(self):
        self.assertIn("mean days", broken(later(of("lead_accepted"))))
        self.assertIn("mean days last year", broken(later(of("intent_expressed", user="q"))))

    def test_a_mail(self):
        without = drop(of("email_sent", sequence="nurture", step=5))
        self.assertEqual(broken(without), {"e-mail sequence", "opens and clicks"})

    def test_a_visitor(self):
        self.assertEqual(broken(lambda line: "" if '"a-w26010000"' in line else None), {"landing"})

    def test_an_amount(self):
        change = lambda line: line.replace('"amount":5670', '"amount":5600') if '"amount":5670' in line else None
        self.assertEqual(broken(change), {"channels", "wins"})

    def test_a_decision(self):
        self.assertIn("handoff", broken(drop(of("lead_returned"))))

    def test_an_address(self):
        change = lambda line: line.replace("@acc-p002.example", "@gmail.com") if '"finance@acc-p002.' in line else None
        self.assertIn("stages", broken(change))


if __name__ == "__main__":
    unittest.main()
