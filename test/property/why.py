#!/usr/bin/env python3
"""What `masa why` says agrees with the facts.

For logs made at random over everything.yaml, and for every person and deal in them:
  - the stages, handoffs, exits and refused decisions that why tells are the facts, no more and no less;
  - every stage entered by its rule shows that rule holding, every clause's truth follows from its members', every
    count from what it counts;
  - the next stages' rules do not hold, or wait, and something is missing of each;
  - a score's terms add up to the score, a profile's criteria to the fit, answers to the number of yeses;
  - what is said to come if nothing happens is what the facts show at a later as-of.

usage: why.py MASA [--logs N] [--seed S]
"""
import argparse
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("logs", os.path.join(HERE, "run.py"))
logs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(logs)
DEFINITION = os.path.join(HERE, "everything.yaml")
VALUES = "icp.fit.fit,bant.asked.yes,scores.heat,signals.interest"


def ask(masa, *arguments):
    got = subprocess.run([masa, *arguments], capture_output=True, env=dict(os.environ, MASA_THREADS="1"), check=False)
    if got.returncode not in (0, 3):
        raise SystemExit("masa %s: exit %d\n%s" % (" ".join(arguments), got.returncode, got.stderr.decode()))
    return got.stdout.decode()


def facts_of(masa, path, as_of):
    """By kind and subject."""
    facts = {}
    for line in ask(masa, "facts", "--definition", DEFINITION, "--as-of", as_of, "--values", VALUES, path).splitlines():
        fact = json.loads(line, parse_float=Decimal)
        facts.setdefault((fact["kind"], fact["subject"]), []).append(fact)
    return facts


def truth_of(clause):
    truths = [member["truth"] for member in clause["members"]]
    if clause["kind"] == "not":
        return {"true": "false", "false": "true"}.get(truths[0], "unknown")
    yes, possible = truths.count("true"), len(truths) - truths.count("false")
    return "true" if yes >= clause["need"] else "unknown" if possible >= clause["need"] else "false"


class Check:
    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, what, got, wanted):
        if got == wanted:
            self.passed += 1
            return
        self.failed += 1
        print("%s: why says %s, but %s" % (what, got, wanted))

    def clause(self, name, clause):
        for member in clause.get("members", ()):
            self.clause(name, member)
        if "members" in clause:
            self("%s, %s" % (name, clause["text"]["en"]), clause["truth"], truth_of(clause))
        if clause["kind"] == "count":
            self("%s, %s" % (name, clause["text"]["en"]), clause["have"] >= clause["need"], clause["truth"] == "true")

    def stages(self, name, why, facts):
        told = [(f["funnel"], s["lap"], s["stage"], s["entered"], s["left"], s["how"], s["by"])
                for f in why["funnels"] for s in f["stages"]]
        known = [(f["funnel"], f["lap"], f["stage"], f["entered"], f["left"], f["how"], f.get("by"))
                 for f in facts if f["fact"] == "stage"]
        self(name + " stages", sorted(told, key=str), sorted(known, key=str))
        for stage in (s for f in why["funnels"] for s in f["stages"]):
            by_rule = stage["how"] in ("rule", "landed")
            self(name + " has a rule", stage["clause"] is not None, by_rule)
            if by_rule:
                self("%s %s by its rule" % (name, stage["stage"]), stage["clause"]["truth"], "true")
                self.clause(name, stage["clause"])

    def moves(self, name, why, facts):
        for kind, fields, key in (("handoff", ("stage", "submitted", "due", "outcome", "at"), "handoffs"),
                                  ("exit", ("exit", "stage", "at", "reason", "by"), "exits"),
                                  ("refused", ("decision", "at", "by", "why"), "refused")):
            told = [(f["funnel"], *(row[k] for k in fields)) for f in why["funnels"] for row in f[key]]
            known = [(f["funnel"], *(f.get(k) for k in fields)) for f in facts if f["fact"] == kind]
            self("%s %ss" % (name, kind), sorted(told, key=str), sorted(known, key=str))
        for exit_ in (e for f in why["funnels"] for e in f["exits"] if e["clause"]):
            self("%s left by a rule" % name, exit_["clause"]["truth"], "true")

    def ahead(self, name, why):
        for stage in (s for f in why["funnels"] for s in f["ahead"]):
            self("%s: something is missing for %s" % (name, stage["stage"]), bool(stage["missing"]), True)
            if stage["clause"]:
                self.clause(name, stage["clause"])
                held = stage["clause"]["truth"] == "true"
                is_open = stage["next"] and not stage["waits_for"]
                self("%s: %s is next" % (name, stage["stage"]), held and is_open, False)

    def values(self, name, why, facts):
        values = {f["name"]: f["value"] for f in facts if f["fact"] == "value"}
        for score in why["scores"]:
            self(name + " score", score["value"], values.get("scores." + score["score"]))
            self(name + " terms", sum(p["points"] for p in score["parts"]), score["value"])
        for profile in why["profiles"]:
            held, whole = (sum(p[k] for p in profile["parts"]) for k in ("points", "weight"))
            self(name + " fit", profile["fit"], values.get("icp.%s.fit" % profile["profile"]))
            self(name + " criteria", abs(Decimal(held) / whole - Decimal(profile["fit"])) <= Decimal("0.0000005"), True)
        for bant in why["questions"]:
            self(name + " yeses", bant["yes"], values.get("bant.%s.yes" % bant["bant"]))
        for signal in why["signals"]:
            if signal["signal"] in values:
                self(name + " " + signal["signal"], signal["value"], values[signal["signal"]])
            self(name + " cap", signal["value"], min(signal["kept"], signal["cap"] or signal["kept"]))

    def coming(self, name, why, later):
        for funnel in why["funnels"]:
            for coming in funnel["if_nothing_happens"]:
                kind, key, at = ("stage", "stage", "entered") if coming["what"] == "enters" else ("exit", "exit", "at")
                self("%s: %s %s" % (name, coming["what"], coming["name"]),
                     any(f["fact"] == kind and f["funnel"] == funnel["funnel"] and f[key] == coming["name"] and
                         f[at] == coming["at"] for f in later), True)


def check_log(check, masa, folder, seed):
    dice = random.Random(seed)
    lines = logs.Log(dice, dice.choice([1, 2, 4])).lines
    path = os.path.join(folder, "log.ndjson")
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)
    as_of = dice.choice(["2026-03-20", "2026-04-15", "2026-06-01"])
    facts = facts_of(masa, path, as_of)
    seen = [line for line in lines if logs.in_time(line, as_of)]
    with open(path + ".seen", "w", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in seen)
    store = os.path.join(folder, "log%d.db" % seed)
    ask(masa, "import", "--db", store, "--definition", DEFINITION, path)
    later = facts_of(masa, path + ".seen", "2027-07-01")
    for kind, subject in sorted(facts):
        if kind not in ("person", "deal"):
            continue
        name = "seed %d, %s" % (seed, subject)
        why = json.loads(ask(masa, "why", "--definition", DEFINITION, "--subject", subject, "--kind", kind, "--as-of",
                             as_of, "--format", "json", path), parse_float=Decimal)
        stored = json.loads(ask(masa, "why", "--db", store, subject, "--kind", kind, "--as-of", as_of, "--format",
                                "json"), parse_float=Decimal)
        check(name + " read by itself from a store", stored, why)
        check.stages(name, why, facts[kind, subject])
        check.moves(name, why, facts[kind, subject])
        check.ahead(name, why)
        check.values(name, why, facts[kind, subject])
        related = any({"deal", "subscription"} & set(line.get("properties", {})) or "anonymousId" in line or
                      line["type"] == "group" for line in lines if line not in seen)
        if not related:
            check.coming(name, why, later.get((kind, subject), ()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("masa")
    parser.add_argument("--logs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    check = Check()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(args.seed, args.seed + args.logs):
            check_log(check, os.path.abspath(args.masa), folder, seed)
    print("why agrees with the facts: %d passed, %d failed" % (check.passed, check.failed))
    return 1 if check.failed or not check.passed else 0


if __name__ == "__main__":
    sys.exit(main())
