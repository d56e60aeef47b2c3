#!/usr/bin/env python3
"""A store answers as the files do that were imported into it: why, backtest and feedback of the worked example.

usage: store_test.py MASA
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "examples", "heshbonit4u")
DATA = sorted(glob.glob(os.path.join(EXAMPLE, "data", "*.ndjson")))
SPEND = os.path.join(EXAMPLE, "data", "spend.csv")
DEFINITION = os.path.join(EXAMPLE, "masa.yaml")
MASA = ""


def ask(*arguments, code=0):
    done = subprocess.run([MASA, *arguments], capture_output=True, check=False)
    if done.returncode != code:
        raise AssertionError("masa %s: exit %d\n%s" % (" ".join(arguments), done.returncode, done.stderr.decode()))
    return done.stdout.decode() if code == 0 else done.stderr.decode()


class Store(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.db = os.path.join(cls.folder.name, "example.db")
        ask("import", "--db", cls.db, "--definition", DEFINITION, *DATA, SPEND)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_why(self):
        for subject in ("p004", "p032", "p041", "p112"):
            files = ask("why", "--definition", DEFINITION, "--subject", subject, "--as-of", "2026-04-20", "--format",
                        "json", *DATA)
            store = ask("why", "--db", self.db, subject, "--as-of", "2026-04-20", "--format", "json")
            self.assertEqual(self.told(store), self.told(files))

    def told(self, text):
        """Without the definition's name, which in a store is where it came from."""
        said = json.loads(text)
        said.pop("definition")
        return said

    def test_why_is_about_now_when_nothing_else_is_said(self):
        said = json.loads(ask("why", "--db", self.db, "p004", "--format", "json"))
        self.assertGreater(said["as_of"], "2026-04-20T20:59:59.999999Z")

    def test_whom(self):
        self.assertIn("whom? --subject KEY", ask("why", "--db", self.db, code=2))
        self.assertIn("--db stands alone", ask("why", "--db", self.db, "p004", DATA[0], code=2))

    def test_backtest(self):
        looser = os.path.join(self.folder.name, "looser.yaml")
        with open(DEFINITION, encoding="utf-8") as file, open(looser, "w", encoding="utf-8") as out:
            out.write(file.read().replace("qualification > 80", "qualification > 60")
                      .replace("spend: data/spend.csv", "spend: %s" % SPEND))
        files = ask("backtest", "--definition", DEFINITION, "--with", looser, "--format", "json", *DATA, SPEND)
        store = ask("backtest", "--db", self.db, "--with", looser, "--format", "json")
        for name in ("stages", "moves", "handoffs", "numbers"):
            self.assertEqual(json.loads(store)[name], json.loads(files)[name], name)

    def test_feedback(self):
        files = ask("feedback", "--definition", DEFINITION, "--format", "json", *DATA)
        store = ask("feedback", "--db", self.db, "--format", "json")
        for name in ("criteria", "channels", "subjects"):
            self.assertEqual(json.loads(store)[name], json.loads(files)[name], name)


if __name__ == "__main__":
    MASA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
