#!/usr/bin/env python3
"""The feedback on the worked example, against what its events and facts say when they are counted here.

usage: run.py MASA [NODE WEB]      with these, the JSON against its schema, too
"""
import glob
import json
import os
import subprocess
import sys
import unittest
from datetime import datetime

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "examples", "heshbonit4u")
DATA = sorted(glob.glob(os.path.join(EXAMPLE, "data", "*.ndjson")))
DEFINITION = os.path.join(EXAMPLE, "masa.yaml")
MASA, NODE = "", []


def ask(*arguments):
    done = subprocess.run([MASA, *arguments], capture_output=True, check=False)
    if done.returncode:
        raise AssertionError("masa %s: exit %d\n%s" % (" ".join(arguments), done.returncode, done.stderr.decode()))
    return done.stdout.decode()


def feedback(*more):
    said = json.loads(ask("feedback", "--definition", DEFINITION, "--format", "json", *more, *DATA))
    return said, {c["key"]: c for c in said["criteria"]}


def first_laps():
    """By person: what happened to them in their first lap, from the facts."""
    people = {}
    for line in ask("facts", "--definition", DEFINITION, "--as-of", "2026-04-20", *DATA).splitlines():
        fact = json.loads(line)
        if fact.get("lap") != 1:
            continue
        who = people.setdefault(fact["subject"], {"stages": {}, "decided": [], "exit": None})
        if fact["fact"] == "stage":
            who["stages"].setdefault(fact["stage"], (fact["entered"], fact["how"]))
        if fact["fact"] == "handoff" and fact["outcome"] in ("accepted", "rejected", "returned"):
            who["decided"].append(fact["at"])
        if fact["fact"] == "exit":
            who["exit"] = fact["exit"]
    return people


def events_of():
    """By person, in any order, each id once; a page call is a view of a page, and an identify call says whose an
    anonymous id is."""
    lines, owners, seen, events = [], {}, set(), {}
    for path in DATA:
        with open(path, encoding="utf-8") as file:
            lines += [json.loads(line) for line in file]
    for event in lines:
        if event["type"] == "identify" and "anonymousId" in event:
            owners[event["anonymousId"]] = event["userId"]
    for event in lines:
        who = event.get("userId") or owners.get(event.get("anonymousId"))
        if event["type"] == "page":
            event["event"] = "page_viewed"
        if "event" in event and (who, event["messageId"]) not in seen:
            seen.add((who, event["messageId"]))
            events.setdefault(who, []).append(event)
    return events


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def comes_back(events, until):
    """Three sessions of relevant pages up to an instant: the rule of the example, counted by hand."""
    sessions = set()
    for event in events:
        properties = event.get("properties", {})
        page = event["event"] == "page_viewed" and properties.get("path") in ("/product", "/pricing")
        form = event["event"] == "form_submitted" and properties.get("form") == "contact" and properties.get("question")
        if (page or form) and instant(event["timestamp"]) <= instant(until):
            sessions.add(properties.get("session"))
    return len(sessions) >= 3


class Feedback(unittest.TestCase):
    def test_a_clause_is_counted_as_by_hand(self):
        people, events = first_laps(), events_of()
        groups = {True: [], False: []}
        for name, who in people.items():
            if who["stages"].get("MEL", ("", ""))[1] == "rule":
                groups[comes_back(events.get(name, []), who["stages"]["MEL"][0])].append(who)
        criterion = feedback()[1]["MEL.comes_back"]
        for met, key in ((True, "with"), (False, "without")):
            group = groups[met]
            said = criterion[key]
            self.assertEqual(said["n"], len(group))
            self.assertEqual(said["won"]["count"], sum("WON" in who["stages"] for who in group))
            self.assertEqual(said["lost"]["count"], sum(who["exit"] == "lost" for who in group))
            self.assertEqual(said["turned_down"]["count"],
                             sum(who["exit"] in ("rejected", "disqualified") for who in group))
            self.assertEqual(said["accepted"]["count"],
                             sum(who["stages"].get("SAL", ("", ""))[1] == "decided" for who in group))
            self.assertEqual(said["accepted"]["decided"], sum(bool(who["decided"]) for who in group))
        self.assertGreater(min(len(group) for group in groups.values()), 20)
        self.assertEqual(criterion["says"], "does_not_tell_apart")

    def test_what_all_of_them_met_is_said(self):
        """The published January: 30 qualified, 25 accepted, 3 won; a clause of `all` holds for all who entered."""
        said, criteria = feedback("--period", "2026-01")
        fits = criteria["MQL.fits"]
        self.assertEqual(said["subjects"], 150)
        self.assertEqual((fits["with"]["n"], fits["without"]["n"], fits["says"]), (30, 0, "required"))
        self.assertEqual((fits["with"]["accepted"]["count"], fits["with"]["accepted"]["decided"]), (25, 30))
        self.assertEqual(fits["with"]["won"], {"count": 3, "pct": 10, "ci95": [3.5, 25.6]})

    def test_every_criterion_counts_everybody_who_entered(self):
        entered = {}
        for who in first_laps().values():
            for stage, (_, how) in who["stages"].items():
                entered[stage] = entered.get(stage, 0) + (how == "rule")
        said, criteria = feedback()
        for criterion in criteria.values():
            self.assertEqual(criterion["with"]["n"] + criterion["without"]["n"], entered[criterion["stage"]])
        self.assertEqual(len(criteria), len(said["criteria"]))
        self.assertLessEqual({"MQL.icp.us_east_saas.branches", "MQL.bant.marketing.timeline",
                              "MQL.scores.qualification.fit", "SQL.scores.sales.interest"}, criteria.keys())

    def test_channels(self):
        said, _ = feedback()
        handed = sum("MQL" in who["stages"] or "SAL" in who["stages"] for who in first_laps().values())
        self.assertEqual(sum(channel["handed_over"] for channel in said["channels"]), handed)

    def test_both_languages(self):
        for lang, words in (("en", "Does not tell apart"), ("he", "לא מבדיל")):
            text = ask("feedback", "--definition", DEFINITION, "--lang", lang, *DATA)
            self.assertIn(words, text)
            self.assertNotRegex(text, r"feedback\.\w+")

    def test_the_schema(self):
        if not NODE:
            self.skipTest("no node")
        commands = []
        for more in ([], ["--period", "2026-01"]):
            commands += ["--", MASA, "feedback", "--definition", DEFINITION, "--format", "json", *more, *DATA]
        done = subprocess.run([NODE[0], os.path.join(ROOT, "test", "why", "schema_test.mjs"), NODE[1],
                               os.path.join(ROOT, "schema", "feedback.schema.json"), *commands], capture_output=True,
                              check=False)
        if done.returncode == 77:
            self.skipTest("web's packages are not installed")
        self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode())


if __name__ == "__main__":
    MASA, *NODE = sys.argv[1:]
    MASA = os.path.abspath(MASA)
    unittest.main(argv=sys.argv[:1])
