#!/usr/bin/env python3
"""The facts of a log depend on what is in it, and on nothing else.

For logs made at random over a definition that uses everything (everything.yaml), `masa facts` must print the same bytes
  - whatever the order of the lines, however often a line is repeated, however the lines are spread over files;
  - with any number of threads;
  - at an as-of in the middle, whether later events are in the log or not (so that folding one by one, as they come, is
    the same as folding all at once).

usage: run.py MASA [--logs N] [--seed S]
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
START = datetime(2026, 3, 1, tzinfo=timezone.utc)
VALUES = ("signals.clicks,signals.recent,signals.sessions,signals.spent,signals.largest,signals.first_path,"
          "signals.last_path,signals.since_click,signals.weeks,signals.interest,signals.after,icp.fit.fit,"
          "bant.asked.yes,scores.heat,account.industry,account.contacts,signals.team_recent,signals.team_warm")


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (".%06d" % moment.microsecond if moment.microsecond else "") + "Z"


class Log:
    def __init__(self, dice, people):
        self.dice, self.lines, self.n = dice, [], 0
        for who in range(people):
            self.person("p%d" % who)
        for who in range(dice.choice([0, 0, 15])):  # an account of many, each of whom sees how many they are
            self.add({"type": "group", "userId": "q%d" % who, "groupId": "a0", "traits": {"employees": who * 20}})
        for _ in range(dice.randint(0, 3)):
            self.add({"type": "track", "event": "price_notice", "userId": "p0"})
        for _ in range(dice.randint(0, 6) if people > 1 else 0):
            self.crowd(["p%d" % who for who in range(people)])
        for _ in range(dice.randint(0, 8)):  # deals and subscriptions of several people, some of them of both
            self.talk(dice.choice(["p%d" % who for who in range(people)] + ["t1"]))
        if dice.random() < 0.5:  # people who have nothing in common but where their mail goes
            alone = ["r%d" % who for who in range(4)]
            for who in alone:
                self.add({"type": "identify", "userId": who, "traits": {"email": who + "@example.net"}})
            for _ in range(4):
                self.crowd(alone)

    def talk(self, who):
        d = self.dice
        deal = {"deal": "d%d" % d.randint(0, 2), "contact_role": d.choice(["primary", "user", ""])}
        name, properties = d.choice([("deal_talked", deal), ("seat_used", {"subscription": "s%d" % d.randint(0, 1)})])
        event = {"type": "track", "event": name, "properties": properties}
        event.update(d.choice([{"userId": who}] * 4 + [{"anonymousId": "anon-" + who}]))
        self.add(event)

    def crowd(self, people):
        """Some touched within minutes, as a filter of their company's mail does it, and as people do."""
        start = START + timedelta(days=self.dice.randint(0, 70), hours=self.dice.randint(0, 23))
        name = self.dice.choice(["email_opened", "email_clicked"])
        for who in self.dice.sample(people, self.dice.randint(2, min(5, len(people)))):
            event = {"type": "track", "event": name, "properties": {"sequence": "x", "step": self.dice.randint(1, 2)}}
            event.update(self.dice.choice([{"userId": who}] * 3 + [{"anonymousId": "anon-" + who}]))
            self.add(event, stamp(start + timedelta(minutes=self.dice.choice([0, 1, 5, 9, 14, 20]))))

    def moment(self):
        day = self.dice.randint(0, 70)
        if self.dice.random() < 0.05:
            return (START + timedelta(days=day)).strftime("%Y-%m-%d")
        # A coarse clock, so that many things happen at one instant.
        hours, minutes = self.dice.choice([0, 1, 7, 12, 21, 22]), self.dice.choice([0, 0, 30])
        return stamp(START + timedelta(days=day, hours=hours, minutes=minutes))

    def add(self, event, when=None):
        self.n += 1
        event["messageId"] = self.dice.choice(["m%d" % self.n, "message-with-a-long-id-%d" % self.n])
        event["timestamp"] = when or self.moment()
        if self.dice.random() < 0.3:
            event.setdefault("context", {})["campaign"] = {"source": self.dice.choice(["linkedin", "google", "mail"])}
        if self.dice.random() < 0.1:
            event.setdefault("properties", {})["machine"] = True
        self.lines.append(event)

    def person(self, who):
        d = self.dice
        company = "a%d" % d.randint(0, 3)
        for _ in range(d.randint(0, 25)):
            name = d.choice(["page_viewed"] * 6 + ["email_opened"] * 4 + ["email_clicked"] * 3 +
                            ["signed_up", "order_paid", "asked", "email_sent"])
            price = {"amount": d.randint(1, 99), "currency": "USD"}
            properties = {"page_viewed": {"path": d.choice(["/a", "/b"]), "session": "s%d" % d.randint(0, 5)},
                          "signed_up": {"plan": d.choice(["free", "paid"])},
                          "asked": {"how": d.choice(["written", "SPOKEN", "sung"])},
                          "order_paid": {"amount": price, "items": d.randint(1, 5)}}
            mail = {"sequence": "x", "step": d.randint(1, 5)}
            event = {"type": "track", "event": name, "properties": dict(properties.get(name, mail))}
            if d.random() < 0.15:
                event["anonymousId"] = "anon-" + who
            else:
                event["userId"] = who
            if d.random() < 0.1:
                event["userId"], event["anonymousId"] = who, "anon-" + who
            self.add(event)
        for _ in range(d.randint(0, 3)):
            self.add({"type": "identify", "userId": who, "traits": {
                "role": d.choice(["CFO", "other", None]),
                "email": who + d.choice(["@example.com"] * 4 + ["@EXAMPLE.com", "@example.org", "@gmail.com", ""]),
                "answers": {"budget": d.choice(["yes", "no", "unknown", "withdrawn"]), "urgency": d.randint(1, 6)}}})
        for _ in range(d.randint(0, 2)):
            traits = {"industry": d.choice(["saas", "retail"]), "employees": d.choice([50, 100, 500]),
                      "branches": d.choice([{"tlv": 2}, {"haifa": 1}]), "pains": d.choice([["invoicing"], []])}
            traits["name"] = "Company %s %d" % (company, traits["employees"])
            self.add({"type": "group", "userId": who, "groupId": company, "traits": traits})
        decisions = ["lead_accepted", "lead_returned", "lead_rejected", "lead_disqualified", "lead_accepted"]
        for name in d.sample(decisions, d.randint(0, 3)):
            self.add({"type": "track", "event": name, "userId": who, "properties": {
                "stage": "accepted", "by": "rep1", "role": d.choice(["sales", "sales", "sales", "marketing"]),
                "reason": "no_budget"}})
        for _ in range(d.randint(0, 2)):
            won = d.random() < 0.5
            self.add({"type": "track", "event": "deal_won" if won else "deal_lost", "userId": who, "properties": {
                "deal": "d-" + who, "amount": 100, "reason": d.choice(["price", "timing"])}})
        if self.lines and d.random() < 0.3:  # a conflicting copy: one id, another content or time
            copy = json.loads(json.dumps(self.lines[-1]))
            copy["timestamp"] = self.moment()
            self.lines.append(copy)


class Facts:
    def __init__(self, masa, folder, definition=os.path.join(HERE, "everything.yaml"), values=VALUES):
        self.masa, self.folder, self.definition, self.values = masa, folder, definition, values
        self.runs = self.landed = 0

    def ask(self, *words, threads=1):
        self.runs += 1
        got = subprocess.run([self.masa, *words], capture_output=True, env=dict(os.environ, MASA_THREADS=str(threads)))
        if got.returncode not in (0, 3):
            raise SystemExit("masa %s: exit %d\n%s" % (words[0], got.returncode, got.stderr.decode()))
        return got.stdout

    def stored(self, files, as_of, threads=1):
        """The facts of a store made of the export of a store, into which the files came one after the other."""
        first, second = (os.path.join(self.folder, name) for name in ("first.db", "second.db"))
        for path in (first, second):
            if os.path.exists(path):
                os.remove(path)
        for lines in files:
            path = os.path.join(self.folder, "import.ndjson")
            with open(path, "w", encoding="utf-8") as f:
                f.writelines(json.dumps(line) + "\n" for line in lines)
            self.ask("import", "--db", first, "--definition", self.definition, path, threads=threads)
        exported = os.path.join(self.folder, "export.ndjson")
        with open(exported, "wb") as f:
            f.write(self.ask("export", "--db", first))
        self.ask("import", "--db", second, "--definition", self.definition, exported, threads=threads)
        return self.ask("facts", "--db", second, "--as-of", as_of, "--values", self.values, threads=threads)

    def one_by_one(self, store, whole, as_of):
        """The facts of each subject of the whole, from a reading of what it depends on and of nothing else."""
        keys = sorted({json.loads(line).get("subject") or "" for line in whole.splitlines()} - {""})
        ask = lambda key: self.ask("facts", "--db", store, "--as-of", as_of, "--values", self.values, "--subject", key)
        return b"".join(ask(key) for key in keys)

    def __call__(self, files, as_of, threads=1):
        paths = []
        for i, lines in enumerate(files):
            paths.append(os.path.join(self.folder, "log%d.ndjson" % i))
            with open(paths[-1], "w", encoding="utf-8") as f:
                f.writelines(json.dumps(line) + "\n" for line in lines)
        self.runs += 1
        command = [self.masa, "facts", "--definition", self.definition, "--as-of", as_of]
        got = subprocess.run([*command, "--values", self.values, *paths], capture_output=True,
                             env=dict(os.environ, MASA_THREADS=str(threads)))
        if got.returncode not in (0, 3):
            raise SystemExit("masa facts: exit %d\n%s" % (got.returncode, got.stderr.decode()))
        return got.stdout


def same(name, expected, got, seed):
    if expected == got:
        return True
    a, b = expected.decode().splitlines(), got.decode().splitlines()
    print("seed %d: %s changes the facts" % (seed, name))
    for line in sorted(set(a) - set(b))[:5]:
        print("  was: " + line)
    for line in sorted(set(b) - set(a))[:5]:
        print("  now: " + line)
    return False


def by_subject(facts):
    """The lines of each subject in their order, subjects in the order of their keys."""
    return b"".join(sorted(facts.splitlines(True), key=lambda line: json.loads(line).get("subject") or ""))


def in_time(line, end):
    """Is the line's time (a day counts to its end) at or before the end of the as-of day, all in company time?"""
    text = line["timestamp"]
    if len(text) == 10:
        return text <= end
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    offset = 3 if moment >= datetime(2026, 3, 27, 0, tzinfo=timezone.utc) else 2
    return (moment + timedelta(hours=offset)).strftime("%Y-%m-%d") <= end


def check_log(facts, seed):
    dice = random.Random(seed)
    lines = Log(dice, dice.choice([1, 3, 10])).lines
    shuffled = dice.sample(lines, len(lines))
    cut = dice.randint(0, len(lines))
    middle = (START + timedelta(days=dice.randint(10, 60))).strftime("%Y-%m-%d")
    whole, early = facts([lines], "2026-06-30"), facts([lines], middle)
    facts.landed += whole.count(b'"how":"landed"')
    seen = [line for line in lines if in_time(line, middle)]
    ids = {line["messageId"] for line in seen}
    later_copies = any(line["messageId"] in ids for line in lines if not in_time(line, middle))
    results = [
        same("another order", whole, facts([shuffled], "2026-06-30"), seed),
        same("the reverse order", whole, facts([lines[::-1]], "2026-06-30"), seed),
        same("every line twice", whole, facts([lines + shuffled], "2026-06-30"), seed),
        same("two files", whole, facts([shuffled[cut:], shuffled[:cut]], "2026-06-30"), seed),
        same("a store", whole, facts.stored([shuffled[cut:], shuffled[:cut], lines], "2026-06-30", threads=2), seed),
        same("each subject of a store by itself", by_subject(whole),
             by_subject(facts.one_by_one(os.path.join(facts.folder, "second.db"), whole, "2026-06-30")), seed),
        same("three threads", whole, facts([shuffled], "2026-06-30", threads=3), seed),
    ]
    # A deal's contact or an anonymous id's owner may be known only later, and a conflict is seen only when both copies
    # are.
    relations = [line for line in lines
                 if {"deal", "subscription"} & set(line.get("properties", {})) or "anonymousId" in line or
                 line["type"] == "group"]
    late_relation = any(not in_time(line, middle) for line in relations)
    if not later_copies and not late_relation:
        results.append(same("leaving out what comes after the as-of", early, facts([seen], middle), seed))
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("masa")
    parser.add_argument("--logs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        facts = Facts(os.path.abspath(args.masa), folder)
        results = [ok for seed in range(args.seed, args.seed + args.logs) for ok in check_log(facts, seed)]
    results.append(facts.landed > 0)  # else landings were not tried
    failed = len(results) - sum(results)
    print("properties: %d passed, %d failed (%d logs, %d runs)" % (sum(results), failed, args.logs, facts.runs))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
