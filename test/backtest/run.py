#!/usr/bin/env python3
"""Backtests of the worked example against what report and facts say by themselves.

usage: run.py MASA [NODE WEB]      with these, the JSON against its schema, too
"""
import csv
import glob
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "examples", "heshbonit4u")
DATA = sorted(glob.glob(os.path.join(EXAMPLE, "data", "*.ndjson")))
SPEND = os.path.join(EXAMPLE, "data", "spend.csv")
PRESENT = os.path.join(EXAMPLE, "masa.yaml")
MASA, NODE = "", []


def ask(*arguments, code=0):
    done = subprocess.run([MASA, *arguments], capture_output=True, check=False)
    if done.returncode != code:
        raise AssertionError("masa %s: exit %d\n%s" % (" ".join(arguments), done.returncode, done.stderr.decode()))
    return done.stdout.decode() if code == 0 else done.stderr.decode()


def report(definition):
    said = json.loads(ask("report", "--definition", definition, "--format", "json", *DATA, SPEND))
    return {k["code"]: k["value"] for k in said["kpis"]}, {s["stage"]: s["count"] for s in said["stages"]}


def furthest(definition, stages):
    """Of everybody the furthest stage reached in the first lap, and those whose first lap began in the period."""
    reached, began = {}, {}
    for line in ask("facts", "--definition", definition, "--as-of", "2026-04-20", *DATA).splitlines():
        fact = json.loads(line)
        if fact["fact"] != "stage" or fact["lap"] != 1:
            continue
        who, place = fact["subject"], stages.index(fact["stage"])
        reached[who] = max(reached.get(who, -1), place)
        began[who] = min(began.get(who, fact["entered"]), fact["entered"])
    return reached, {who for who, at in began.items() if "2025-12-31T22:00:00Z" <= at < "2026-01-31T22:00:00Z"}


class Backtest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        with open(PRESENT, encoding="utf-8") as file:
            text = file.read()
        cls.looser = cls.write("looser.yaml", text.replace("scores.qualification > 80", "scores.qualification > 60")
                               .replace("times: 3", "times: 2"))
        # A stage more, one less, a stricter first one.
        other = text.replace("      SQO:\n", "      DEMO: { en: demo, on: demo_booked }\n      SQO:\n")
        other = other.replace("did: report_downloaded }", "did: report_downloaded, times: 2 }")
        cls.other = cls.write("other.yaml", other)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def write(cls, name, text):
        path = os.path.join(cls.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            # The spend file stands beside the example's definition.
            file.write(text.replace("spend: data/spend.csv", "spend: %s" % SPEND))
        return path

    def backtest(self, old, new, *more):
        return json.loads(ask("backtest", "--definition", old, "--with", new, "--format", "json", *more, *DATA, SPEND))

    def test_against_itself_nothing_changes(self):
        said = self.backtest(PRESENT, PRESENT)
        self.assertEqual((said["moves"], said["rules"]), ([], {"only_old": [], "only_new": []}))
        self.assertTrue(said["numbers"])
        for number in said["numbers"]:
            self.assertIn(number["difference"], (0, None), number)
        for stage in said["stages"]:
            self.assertFalse(stage["rule_changed"])
            self.assertEqual((stage["cells"]["old_only"]["n"], stage["cells"]["new_only"]["n"]), (0, 0))

    def test_the_numbers_are_those_of_two_reports(self):
        said = self.backtest(PRESENT, self.looser)
        for side, definition in (("old", PRESENT), ("new", self.looser)):
            kpis, counts = report(definition)
            numbers = {n["code"]: n[side] for n in said["numbers"]}
            for code, value in kpis.items():
                self.assertAlmostEqual(numbers[code] or 0, value or 0, 1, (side, code))
            self.assertEqual({"count." + s: n for s, n in counts.items()},
                             {code: n for code, n in numbers.items() if code.startswith("count.")})

    def test_a_store_says_what_its_files_say(self):
        db = os.path.join(self.folder.name, "store.db")
        ask("import", "--db", db, "--definition", PRESENT, *DATA, SPEND)
        for with_ in (self.looser, self.other):
            said = [json.loads(ask("backtest", *source, "--with", with_, "--as-of", "2026-04-20", "--format", "json"))
                    for source in (("--db", db), ("--definition", PRESENT, *DATA, SPEND))]
            self.assertEqual(*said)

    def test_cells_add_up_and_mirror(self):
        there, back = self.backtest(PRESENT, self.looser), self.backtest(self.looser, PRESENT)
        for stage, other in zip(there["stages"], back["stages"]):
            n = {name: cell["n"] for name, cell in stage["cells"].items()}
            self.assertEqual(sum(n.values()), there["subjects"])
            self.assertEqual(stage["old_count"], n["both"] + n["old_only"])
            self.assertEqual(stage["new_count"], n["both"] + n["new_only"])
            self.assertEqual(stage["cells"]["old_only"], other["cells"]["new_only"])
            self.assertEqual(stage["lets_in"]["old"], other["lets_in"]["new"])
        self.assertEqual([m["subject"] for m in there["moves"]], [m["subject"] for m in back["moves"]])
        self.assertEqual({m["direction"] for m in there["moves"]}, {"further"})
        self.assertEqual({m["direction"] for m in back["moves"]}, {"less_far"})

    def test_hand_counted(self):
        """Of the 30 qualified in January 25 were accepted, 3 returned and 2 rejected; 3 won, 3 lost, 2 disqualified."""
        mql = {s["stage"]: s for s in self.backtest(PRESENT, self.looser)["stages"]}["MQL"]
        both, new = mql["cells"]["both"], mql["cells"]["new_only"]
        self.assertEqual((both["n"], both["accepted"]["count"], both["accepted"]["decided"]), (30, 25, 30))
        self.assertEqual((both["won"]["count"], both["lost"]["count"], both["turned_down"]["count"]), (3, 3, 4))
        self.assertEqual(both["accepted"]["ci95"], [66.4, 92.7])
        self.assertEqual((new["n"], new["accepted"]["decided"], new["accepted"]["bounds"]), (11, 0, [0, 100]))
        self.assertEqual(new["won"], {"count": 0, "pct": 0, "ci95": [0, 25.9]})
        self.assertEqual(mql["old_only_against_new_only"]["verdict"], "thin")

    def test_who_moves_is_what_the_facts_say(self):
        for new, stages in ((self.looser, ["MCL", "MEL", "MQL", "SAL", "SQL", "SQO", "WON"]),
                            (self.other, ["MCL", "MEL", "MQL", "SAL", "SQL", "DEMO", "SQO", "WON"])):
            said = self.backtest(PRESENT, new)
            self.assertEqual([s["stage"] for s in said["stages"]], stages)
            (before, old), (after, now) = furthest(PRESENT, stages), furthest(new, stages)
            moved = {who: (before.get(who), after.get(who)) for who in old | now if before.get(who) != after.get(who)}
            place = {name: i for i, name in enumerate(stages)}
            self.assertEqual({m["subject"]: (place.get(m["old"]), place.get(m["new"])) for m in said["moves"]}, moved)
            self.assertTrue(moved)

    def test_who_moves_goes_by_what_is_known(self):
        named = self.write("named.yaml", open(self.other, encoding="utf-8").read()
                           .replace("  person:\n", "  person:\n    name: { type: string }\n", 1))
        events = self.write("named.ndjson", json.dumps({
            "type": "identify", "userId": "p097", "messageId": "n1", "timestamp": "2026-01-20T09:00:00Z",
            "traits": {"name": "Somebody known"}}) + "\n")
        definitions = ["--definition", PRESENT, "--with", named]
        files = [*DATA, SPEND, events]
        moves = json.loads(ask("backtest", *definitions, "--format", "json", *files))["moves"]
        known = {}
        for line in ask("facts", "--definition", PRESENT, "--as-of", "2026-04-20", "--values", "person.email",
                        *DATA).splitlines():
            fact = json.loads(line)
            if fact["fact"] == "value":
                known[fact["subject"]] = fact["value"]
        self.assertEqual([m["email"] for m in moves], [known[m["subject"]] for m in moves])
        self.assertTrue(all(m["email"] for m in moves))
        # Only one of the two definitions asks for a name, and one person gave it.
        self.assertEqual({m["subject"]: m["name"] for m in moves if m["name"]}, {"p097": "Somebody known"})
        said = ask("backtest", *definitions, "--lang", "en", "--list", os.path.join(self.folder.name, "n.csv"), *files)
        self.assertRegex(said, r"%s +%s" % (moves[0]["subject"], re.escape(moves[0]["name"] or moves[0]["email"])))

    def test_the_list_is_complete_and_runs_nothing(self):
        path = os.path.join(self.folder.name, "list.csv")
        said = self.backtest(PRESENT, self.other, "--list", path)
        with open(path, encoding="utf-8-sig") as file:
            rows = list(csv.reader(io.StringIO(file.read())))
        self.assertEqual(rows[0], ["subject", "old", "new", "direction", "name", "email"])
        self.assertEqual([row[5] for row in rows[1:]], [m["email"] for m in said["moves"]])
        self.assertEqual([row[0] for row in rows[1:]], [m["subject"] for m in said["moves"]])
        definition = self.write("tiny.yaml", "masa: 1\ncompany: { name: x, locale: en-US, zone: UTC, currency: USD }\n"
                                "events: { x: {} }\nfunnels: { f: { of: person, stages: { A: { on: x } } } }\n")
        events = self.write("tiny.ndjson", '{"type":"track","event":"x","userId":"=1+1","messageId":"1",'
                            '"timestamp":"2026-01-05T09:00:00Z"}\n')
        with open(definition, encoding="utf-8") as file:
            twice = self.write("twice.yaml", file.read().replace("on: x", "enter: { did: x, times: 2 }"))
        ask("backtest", "--definition", definition, "--with", twice, "--period", "2026-01", "--list", path, events)
        with open(path, encoding="utf-8-sig") as file:
            self.assertIn("'=1+1,A,,less far", file.read())

    def test_the_schema(self):
        if not NODE:
            self.skipTest("no node")
        commands = []
        for new in (PRESENT, self.looser, self.other):
            commands += ["--", MASA, "backtest", "--definition", PRESENT, "--with", new, "--format", "json", *DATA]
        done = subprocess.run([NODE[0], os.path.join(ROOT, "test", "why", "schema_test.mjs"), NODE[1],
                               os.path.join(ROOT, "schema", "backtest.schema.json"), *commands], capture_output=True,
                              check=False)
        if done.returncode == 77:
            self.skipTest("web's packages are not installed")
        self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode())

    def test_both_languages(self):
        said = {lang: ask("backtest", "--definition", PRESENT, "--with", self.looser, "--lang", lang, *DATA, SPEND)
                for lang in ("he", "en")}
        self.assertIn("Who moves", said["en"])
        self.assertIn("מי זז", said["he"])
        for text in said.values():
            self.assertNotRegex(text, r"backtest\.\w+")

    def test_refusals(self):
        said = ask("backtest", "--definition", PRESENT, "--with", self.looser, "--funnel", "nosuch", *DATA, code=2)
        self.assertIn("has no funnel nosuch", said)
        wrong = self.write("wrong.yaml", "masa: 1\nevents: { x: {} }\nfunnels: { f: { stages: { A: { on: y } } } }\n")
        self.assertIn("wrong.yaml:3:", ask("backtest", "--definition", PRESENT, "--with", wrong, *DATA, code=2))


if __name__ == "__main__":
    MASA, *NODE = sys.argv[1:]
    MASA = os.path.abspath(MASA)
    unittest.main(argv=sys.argv[:1])
