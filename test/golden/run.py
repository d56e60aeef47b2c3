#!/usr/bin/env python3
"""The worked example: `masa report` over examples/heshbonit4u must print the published numbers (golden.json), field by
field.

usage: run.py MASA [EXAMPLE_FOLDER]
"""
import glob
import json
import os
import subprocess
import sys
from datetime import datetime
from decimal import Decimal, ROUND_HALF_UP
from zoneinfo import ZoneInfo

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Check:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def __call__(self, what, got, wanted):
        if got == wanted and type(got) in (type(wanted), int, float, str, list, dict, type(None), bool):
            self.passed += 1
            return
        self.failed += 1
        got, wanted = (json.dumps(value, ensure_ascii=False) for value in (got, wanted))
        print("%s: got %s, published %s" % (what, got, wanted))


def row_of(rows, key, value):
    return next((row for row in rows if row.get(key) == value), {})


def check_headline(check, report, golden):
    for key, value in golden["headline"].items():
        check("headline." + key, report["headline"].get(key), value)


def check_stages(check, report, golden):
    for wanted in golden["stages"]:
        row, name = row_of(report["stages"], "stage", wanted["stage"]), "stages." + wanted["stage"]
        check(name + ".count", row.get("count"), wanted["count"])
        check(name + ".last_year", row.get("compare_count"), wanted["last_year"])
        check(name + ".change_pct", row.get("change_pct"), wanted["change_pct"])
        check(name + ".of_previous_pct", row.get("of_previous_pct"), wanted["of_previous_pct"])
        check(name + ".of_mcl_pct", row.get("of_first_pct"), wanted["of_mcl_pct"])


def check_breakdown(check, report, golden, dimension, table):
    rows = report["breakdowns"][dimension]
    check(dimension + " rows in order", [row["value"] for row in rows], [row[dimension] for row in golden[table]])
    for wanted in golden[table]:
        row, name = row_of(rows, "value", wanted[dimension]), "%s.%s" % (table, wanted[dimension])
        counts = {stage: row.get("counts", {}).get(stage) for stage in wanted["counts"]}
        check(name + ".counts", counts, wanted["counts"])
        check(name + ".to_sqo_pct", row.get("to_last_pct"), wanted["to_sqo_pct"])
        check(name + ".he", row.get("label", {}).get("he"), wanted["he"])


def check_days(check, report, golden):
    for span, days in golden["mean_days"].items():
        first, last = span.split(">")
        rows = [r for r in report["transitions"] + [report["overall"]] if r["from"] == first and r["to"] == last]
        check("mean_days." + span, rows[0]["mean_days"] if rows else None, days)


def check_sequence(check, report, golden):
    for wanted in golden["email_sequence"]:
        row = row_of(report["sequence"], "step", wanted["step"])
        for key, value in wanted.items():
            check("sequence.%d.%s" % (wanted["step"], key), row.get(key), value)


def check_channels(check, report, golden):
    order, published = ([row["source"] for row in tree["channels"]] for tree in (report, golden))
    check("channels in order", order, published)
    for wanted in golden["channels"]:
        row = row_of(report["channels"], "source", wanted["source"])
        for key, value in wanted.items():
            check("channels.%s.%s" % (wanted["source"], key), row.get(key), value)


def transition(report, name):
    return report[name]["from"], report[name]["to"]


def names_all(report, *words):
    """Does one insight's evidence name them all?"""
    return any(set(words) <= texts(insight["evidence"]) for insight in report["insights"])


# What the published conclusions say, as codes and evidence.
INSIGHTS = [
    ("overall", lambda r: any(i["code"].startswith("overall") for i in r["insights"])),
    ("SAL>SQL is the weakest", lambda r: transition(r, "weakest") == ("SAL", "SQL")),
    ("MEL>MQL is the second weakest", lambda r: transition(r, "second_weakest") == ("MEL", "MQL")),
    ("SQL>SQO is the slowest", lambda r: transition(r, "slowest") == ("SQL", "SQO")),
    ("linkedin and the e-mail sequence are the most efficient", lambda r: names_all(r, "linkedin", "email_sequence")),
    ("tiktok brings no qualified lead", lambda r: names_all(r, "tiktok")),
    ("most qualified leads come from the US east", lambda r: names_all(r, "us_east")),
    ("the open rate rose", lambda r: any("open" in i["code"] for i in r["insights"])),
    ("MCL>MEL fell, which the article does not say", lambda r: names_all(r, "MCL", "MEL")),
]


def texts(value):
    if isinstance(value, dict):
        return set().union(set(), *(texts(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(set(), *(texts(v) for v in value))
    return {value} if isinstance(value, str) else set()


def check_words(check, report, golden):
    for name, holds in INSIGHTS:
        check("insight: " + name, bool(holds(report)), True)
    outcomes = {o["stage"]: o["expected"] for o in report["weakest"]["what_if"]["outcomes"]}
    check("what_if SQL", round(outcomes["SQL"] - 12, 1), 4.3)
    check("what_if SQO", round(outcomes["SQO"] - 8, 1), 2.8)
    handoff = report["handoff"]
    check("handoff", [handoff[k] for k in ("submitted", "accepted", "returned", "rejected")], [30, 25, 3, 2])
    kpis = {k["code"]: k for k in report["kpis"]}
    for code, value, before in (("landing_conversion", "landing_conversion_pct", "landing_conversion_last_year_pct"),
                                ("engagement_frequency", "engagement_frequency", "engagement_frequency_last_year")):
        check(code, [kpis.get(code, {}).get("value"), kpis.get(code, {}).get("compare_value")],
              [golden["prose"][value], golden["prose"][before]])


def months_by_facts(facts, zone):
    """Month -> stage -> how many entered it then for the first time, in their first lap."""
    counts, met = {}, set()
    for fact in map(json.loads, facts.splitlines()):
        if fact["fact"] != "stage" or fact["lap"] != 1 or fact["how"] == "inherited":
            continue
        if (fact["subject"], fact["stage"]) in met:
            continue
        met.add((fact["subject"], fact["stage"]))
        entered = datetime.fromisoformat(fact["entered"].replace("Z", "+00:00")).astimezone(zone)
        month = counts.setdefault(entered.strftime("%Y-%m"), {})
        month[fact["stage"]] = month.get(fact["stage"], 0) + 1
    return counts


def check_trend(check, report, run):
    """Entries by month are what facts say, whatever period is looked at and whichever it is compared with."""
    facts = months_by_facts(run("facts"), ZoneInfo(report["zone"]))
    for row in report["trend"]:
        wanted = {stage: facts.get(row["month"], {}).get(stage, 0) for stage in row["counts"]}
        check("trend " + row["month"], row["counts"], wanted)
    for more in (["--compare", "none"], ["--basis", "flow"], ["--period", "2025-03", "--compare", "2025-06"],
                 ["--period", "2026-04", "--compare", "2025-04"]):
        rows = json.loads(run("report", "--format", "json", *more))["trend"]
        check("trend " + " ".join(more), [row for row in rows if row not in report["trend"]], [])
        check("months " + " ".join(more), len(rows), len(report["trend"]))


def half_up(number, places):
    return str(Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def check_terminal(check, report, terminal):
    """The terminal shows the ranges that the page makes of the JSON's: no two of them disagree."""
    lines = terminal.split("\n")
    for kpi in report["kpis"]:
        if kpi["unit"] != "pct" or not kpi["ci95"]:
            continue
        low, high = kpi["ci95"]
        places = 0 if low >= 10 or high - low >= 10 else 1
        wanted = "%s–%s%%" % (half_up(low, places), half_up(high, places))
        got = [line for line in lines if line.strip().startswith(kpi["label"]["en"] + "  ")]
        check("terminal: " + kpi["code"], [wanted in line for line in got][:1], [True])


def main():
    masa = os.path.abspath(sys.argv[1])
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "examples", "heshbonit4u")
    data = sorted(glob.glob(os.path.join(folder, "data", "*")))

    def run(command, *options):
        done = subprocess.run([masa, command, "--definition", os.path.join(folder, "masa.yaml"), *options, *data],
                              capture_output=True)
        if done.returncode != 0:
            raise SystemExit("masa %s: exit %d\n%s" % (command, done.returncode, done.stderr.decode()))
        return done.stdout.decode()

    report = json.loads(run("report", "--format", "json"))
    with open(os.path.join(folder, "golden.json"), encoding="utf-8") as f:
        golden = json.load(f)
    check = Check()
    check_headline(check, report, golden)
    check_stages(check, report, golden)
    check_breakdown(check, report, golden, "source", "sources")
    check_breakdown(check, report, golden, "region", "regions")
    check_days(check, report, golden)
    check_sequence(check, report, golden)
    check_channels(check, report, golden)
    check_words(check, report, golden)
    check_trend(check, report, run)
    check_terminal(check, report, run("report", "--lang", "en"))
    print("worked example: %d passed, %d failed" % (check.passed, check.failed))
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
