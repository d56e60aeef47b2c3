#!/usr/bin/env python3
"""Reads data/ with rules of its own and compares every table of golden.json. It shares no line with make.py or masa.

Prints one line per table; exit 1 on any difference. The rules are those of masa.yaml, written out in plain code.
"""

import csv
import glob
import json
import os
import re
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
STAGES = ["MCL", "MEL", "MQL", "SAL", "SQL", "SQO"]
DAY = 86400 * 10**6          # microseconds, as everywhere below
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FREE_MAIL = {"gmail.com", "outlook.com", "yahoo.com", "hotmail.com", "mailinator.com"}
WEIGHTS = {"email_opened": 1, "email_clicked": 3, "page_viewed": 2, "demo_booked": 20}
TOUCHES = set(WEIGHTS) | {"form_submitted", "intent_expressed"}
RANK = {"identify": 0, "group": 0, "lead_accepted": 2, "lead_rejected": 2, "lead_returned": 2, "lead_disqualified": 2,
        "deal_won": 3, "deal_lost": 3}


def micro(moment):
    return (moment - EPOCH) // timedelta(microseconds=1)


# Summer time of the company's zone in the years of the data.
SUMMER = [(micro(datetime(*a, tzinfo=timezone.utc)), micro(datetime(*b, tzinfo=timezone.utc))) for a, b in
          [((2025, 3, 28, 0), (2025, 10, 25, 23)), ((2026, 3, 27, 0), (2026, 10, 24, 23))]]


def company_time(t):
    return t + (3 if any(a <= t < b for a, b in SUMMER) else 2) * 3600 * 10**6


def company_day(t):
    return company_time(t) // DAY


def month_of(t):
    return (EPOCH + timedelta(microseconds=company_time(t))).strftime("%Y-%m")


def end_of_day(text):
    """The last microsecond of a company day."""
    local = micro(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc)) + DAY - 1
    return next(t for t in (local - 3 * 3600 * 10**6, local - 2 * 3600 * 10**6) if company_time(t) == local)


def instant(text):
    if len(text) == 10:
        return end_of_day(text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text), text
    return micro(datetime.fromisoformat(text.replace("Z", "+00:00")))


# ---- reading ----

def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return file.readlines()


def read_events(paths):
    """Events once each, in the order of the rulings: time, rank, id. Returns them with the count of repeated lines."""
    seen, events, repeated, late, last = {}, [], 0, 0, 0
    for path in paths:
        for line in lines_of(path):
            record = json.loads(line)
            key = (record.get("userId") or record["anonymousId"], record["messageId"])
            if key in seen:
                assert seen[key] == line, "two lines of one id differ: %s" % (key,)
                repeated += 1
                continue
            seen[key] = line
            name = record.get("event") or ("page_viewed" if record["type"] == "page" else record["type"])
            t = instant(record["timestamp"])
            late += t < last - 3600 * 10**6
            last = max(last, t)
            events.append((t, RANK.get(name, 1), record["messageId"], name, record))
    events.sort(key=lambda event: event[:3])
    return events, repeated, late


def by_person(events):
    """Trails of persons (anonymous lines joined to whom they became) and, for each account, its group calls."""
    owner, trails, accounts, member = {}, defaultdict(list), defaultdict(list), {}
    for event in events:
        record = event[4]
        if record["type"] == "identify" and "anonymousId" in record:
            assert owner.setdefault(record["anonymousId"], record["userId"]) == record["userId"]
    for event in events:
        record = event[4]
        person = record.get("userId") or owner.get(record["anonymousId"], "anon:" + record["anonymousId"])
        trails[person].append(event)
        if record["type"] == "group":
            accounts[record["groupId"]].append(event)
            assert member.setdefault(person, record["groupId"]) == record["groupId"]
    return trails, accounts, member


def machine(record):
    agent = record.get("context", {}).get("userAgent", "")
    return record.get("properties", {}).get("machine") is True or bool(re.search(r"scanner|ImageProxy", agent, re.I))


# ---- one person through the funnel ----

class Person:
    def __init__(self, threshold):
        self.threshold = threshold
        self.traits, self.account = {}, {}
        self.interest, self.sessions, self.opened, self.clicked = [], set(), set(), False
        self.left_details = self.intent = False
        self.held, self.entered, self.closed, self.stale, self.outcome = -1, {}, False, False, None
        self.nearest = []            # distances of scores from their thresholds where they decided

    def answer(self, name):
        return self.traits.get("answers", {}).get(name)

    def fit(self):
        a = self.account
        branches = a.get("branches", {})
        held = [(3, a.get("industry") == "saas"), (2, 100 <= a.get("employees", 0) <= 500),
                (2, "new_york" in branches and "new_jersey" in branches), (1, a.get("has_cdo") is True),
                (2, a.get("pricing") == "per_seat_monthly")]
        return Fraction(sum(w for w, yes in held if yes), sum(w for w, _ in held))

    def marketing_yes(self):
        months = self.answer("months")
        return sum([self.answer("budget") == "yes", self.traits.get("role", "other") != "other",
                    "invoicing" in self.account.get("pains", []), months is not None and months <= 6])

    def sales_yes(self):
        months, urgency = self.answer("months"), self.answer("urgency")
        return sum([self.answer("budget") == "yes", self.answer("decides") == "yes", (urgency or 0) >= 4,
                    months is not None and months <= 3])

    def sales_score(self, t):
        today = company_day(t)
        interest = sum(points * 2.0 ** ((day - today) / 30) for day, points in self.interest)
        assert interest < 40, "the cap would matter"
        branches = self.account.get("branches", {}).get("new_york", 0)
        return ((20 if self.account.get("employees", 0) >= 150 else 0) + (25 if self.answer("budget") == "yes" else 0)
                + min(15, 3 * branches) + interest)

    def above(self, t):
        score = self.sales_score(t)
        self.nearest.append(abs(score - self.threshold))
        return score > self.threshold

    def holds(self, stage, t):
        if stage == "MCL":
            domain = self.traits.get("email", "@").split("@")[1]
            return self.left_details and domain != "" and domain not in FREE_MAIL
        if stage == "MEL":
            reads = self.opened & {1, 2} and self.opened & {3, 4, 5} and self.clicked
            return bool(reads) or len(self.sessions) >= 3
        if stage == "MQL":
            fit, yes = self.fit(), self.marketing_yes()
            return not self.stale and fit >= Fraction(6, 10) and yes >= 3 and 60 * fit + 10 * yes > 80
        if stage == "SQL":
            return self.sales_yes() == 4 and self.above(t)
        if stage == "SQO":
            return self.intent and self.above(t)
        return False                # SAL is a decision

    def enter(self, stage, t):
        self.held = STAGES.index(stage)
        self.entered.setdefault(stage, t)

    def note(self, t, name, record):
        properties, traits = record.get("properties", {}), record.get("traits", {})
        if name == "identify":
            self.stale = self.stale and all(self.traits.get(k) == v for k, v in traits.items())
            self.traits.update(traits)
        elif name == "group":
            self.stale = self.stale and all(self.account.get(k) == v for k, v in traits.items())
            self.account.update(traits)
        if name in WEIGHTS:
            self.interest.append((company_day(t), WEIGHTS[name]))
        if name == "report_downloaded":
            self.left_details = True
        elif name == "email_opened":
            self.opened.add(properties["step"])
        elif name == "email_clicked":
            self.clicked = self.clicked or not machine(record)
        elif name == "page_viewed" and properties["path"] in ("/product", "/pricing"):
            self.sessions.add(properties["session"])
        elif name == "form_submitted" and properties["form"] == "contact" and properties["question"]:
            self.sessions.add(properties["session"])
        elif name == "intent_expressed":
            self.intent = True

    def decide(self, t, name, properties):
        if name == "lead_disqualified" or name in ("lead_rejected", "lead_returned", "lead_accepted"):
            assert properties["role"] == "sales"
        if name == "lead_accepted":
            assert self.held == STAGES.index("MQL"), "accepted without a proposal"
            self.enter("SAL", t)
        elif name == "lead_returned":
            self.held, self.stale, self.outcome = STAGES.index("MEL"), True, self.outcome or "returned"
        elif name in ("lead_rejected", "lead_disqualified", "deal_lost"):
            self.closed, self.outcome = True, name
        elif name == "deal_won":
            self.closed, self.outcome, self.entered["WON"] = True, name, t

    def step(self, t, name, record):
        if self.closed:
            return
        self.note(t, name, record)
        self.decide(t, name, record.get("properties", {}))
        while not self.closed and self.held + 1 < len(STAGES) and self.holds(STAGES[self.held + 1], t):
            self.enter(STAGES[self.held + 1], t)


def funnel(trails, accounts, member, as_of, threshold=80):
    """Scores only fall between events, so that stages are entered at events alone."""
    people = {}
    for who, trail in trails.items():
        others = [e for e in accounts.get(member.get(who), []) if e[4]["userId"] != who]
        person = people[who] = Person(threshold)
        for t, _, _, name, record in sorted(trail + others, key=lambda e: e[:3]):
            if t <= as_of:
                person.step(t, name, record)
    return people


# ---- the tables ----

def position_shares(n):
    """First 40, last 40, the rest shares 20; with fewer touches there is nothing between."""
    if n <= 2:
        return [Fraction(1, n)] * n
    return [Fraction(2, 5)] + [Fraction(1, 5 * (n - 2))] * (n - 2) + [Fraction(2, 5)]


class Report:
    """The cohort of one month as of a moment."""

    def __init__(self, world, month, as_of):
        self.trails, self.accounts, self.member = world
        self.month, self.as_of = month, as_of
        self.people = funnel(*world, as_of)
        self.cohort = {who: p for who, p in self.people.items()
                       if "MCL" in p.entered and month_of(p.entered["MCL"]) == month}

    def events(self, who):
        return [e for e in self.trails[who] if e[0] <= self.as_of]

    def counts(self, who=None):
        members = self.cohort if who is None else who
        return {stage: sum(stage in self.cohort[w].entered for w in members) for stage in STAGES}

    def source(self, who):
        sources = [e[4].get("context", {}).get("campaign", {}).get("source") for e in self.events(who)]
        return next(s for s in sources if s)

    def groups(self, key):
        out = defaultdict(list)
        for who in self.cohort:
            out[key(who)].append(who)
        return out

    def days(self, a, b):
        """Mean days between two stages over those who made it, exactly."""
        spans = [p.entered[b] - p.entered[a] for p in self.cohort.values() if b in p.entered]
        return Fraction(sum(spans), DAY * len(spans)), len(spans)

    def mails(self, name):
        """(person, step) pairs of the nurture sequence, once each."""
        return {(who, e[4]["properties"]["step"]) for who in self.cohort for e in self.events(who)
                if e[3] == name and e[4]["properties"]["sequence"] == "nurture" and not machine(e[4])}

    def contributions(self, strictly):
        out = Counter()
        for who, person in self.cohort.items():
            entry = person.entered.get("MEL")
            if entry is None:
                continue
            steps = [e[4]["properties"]["step"] for e in self.events(who) if e[3] in ("email_opened", "email_clicked")
                     and (e[0] < entry or not strictly and e[0] == entry)]
            out[steps[-1] if steps else None] += 1
        return out

    def touch_days(self):
        return sum(len({company_day(e[0]) for e in self.events(who)
                        if e[3] in TOUCHES and not machine(e[4]) and e[0] > person.entered["MCL"]})
                   for who, person in self.cohort.items())

    def visitors(self):
        def landed(e):
            return (e[3] == "page_viewed" and e[4]["properties"]["path"] == "/research"
                    and month_of(e[0]) == self.month)

        return sum(any(map(landed, trail)) for trail in self.trails.values())

    def revenue(self):
        """Won amounts by source, credited 40/20/40 by position; and the touches of each win."""
        out, paths = Counter(), {}
        for who, person in self.cohort.items():
            for t, _, _, name, record in self.events(who):
                if name != "deal_won":
                    continue
                sources = [e[4]["context"]["campaign"]["source"] for e in self.events(who)
                           if e[0] <= t and "campaign" in e[4].get("context", {})]
                amount = Fraction(record["properties"]["amount"]["amount"])
                for source, share in zip(sources, position_shares(len(sources))):
                    out[source] += amount * share
                paths[who] = (int(amount), sources)
        return out, paths


def percent(a, b, digits=1):
    """Half away from zero, as people round."""
    if not b:
        return None
    x = Fraction(a) * 100 / Fraction(b) * 10**digits
    n = (abs(x) + Fraction(1, 2)) // 1 * (1 if x >= 0 else -1)
    return int(n) / 10**digits if digits else int(n)


class Comparison:
    def __init__(self):
        self.failed = 0

    def table(self, name, found, wanted, note=""):
        same = found == wanted
        self.failed += not same
        print("%-4s %s%s" % ("ok" if same else "BAD", name, "  " + note if note else ""))
        if not same:
            for a, b in zip(found, wanted) if isinstance(found, list) else [(found, wanted)]:
                if a != b:
                    print("       found  %s\n       wanted %s" % (a, b))


def stage_rows(now, before):
    rows, a, b = [], now.counts(), before.counts()
    for i, stage in enumerate(STAGES):
        rows.append({"stage": stage, "count": a[stage], "last_year": b[stage],
                     "change_pct": percent(a[stage] - b[stage], b[stage]),
                     "of_previous_pct": percent(a[stage], a[STAGES[i - 1]]) if i else None,
                     "of_mcl_pct": percent(a[stage], a["MCL"])})
    return rows


def breakdown_rows(report, groups, wanted, key):
    assert set(groups) == {row[key] for row in wanted}, set(groups)
    rows = []
    for row in wanted:
        counts = report.counts(groups[row[key]])
        rows.append({key: row[key], "he": row["he"], "counts": counts,
                     "to_sqo_pct": percent(counts["SQO"], counts["MCL"])})
    return rows


def ends(report, members):
    return Counter(STAGES[max(STAGES.index(s) for s in report.cohort[w].entered if s in STAGES)] for w in members)


def sequence_rows(report, wanted):
    sent, opened, clicked = (report.mails(n) for n in ("email_sent", "email_opened", "email_clicked"))
    fed = report.contributions(strictly=True)
    rows = []
    for row in wanted:
        s, o, c = (sum(step == row["step"] for _, step in pairs) for pairs in (sent, opened, clicked))
        rows.append({"step": row["step"], "name": row["name"], "sent": s, "opened": o, "open_pct": percent(o, s),
                     "clicked": c, "click_pct": percent(c, s), "contributed_to_mel": fed[row["step"]]})
    return rows


def recommendation(row, overall, blended):
    if row["monthly_spend"] == 0:
        return "develop"
    if row["past_mcl"] == 0:
        return "stop"
    if row["roi"] < 0:
        return "re_examine"
    if row["cost_per_sqo"] and row["cost_per_sqo"] > blended:
        return "improve_targeting"
    return "increase" if Fraction(row["sqo"], row["mcl"]) > overall else "continue"


def channel_rows(report, spend, wanted, groups):
    revenue, _ = report.revenue()
    total = report.counts()
    overall, blended = Fraction(total["SQO"], total["MCL"]), Fraction(sum(spend.values()), total["SQO"])
    rows = []
    for row in wanted:
        name, counts = row["source"], report.counts(groups[row["source"]])
        cost, mcl, sqo = spend.get(name, 0), counts["MCL"], counts["SQO"]
        full = {"monthly_spend": cost, "past_mcl": counts["MEL"], "mcl": mcl, "sqo": sqo,
                "roi": Fraction(revenue[name] - cost, cost) if cost else None,
                "cost_per_sqo": Fraction(cost, sqo) if sqo and cost else None}
        each = full["cost_per_sqo"]
        rows.append({"source": name, "monthly_spend": cost, "mcl": mcl,
                     "cost_per_mcl": percent(Fraction(cost, mcl), 100, 0), "sqo": sqo,
                     "cost_per_sqo": percent(each, 100, 0) if each else None,
                     "roi_pct": percent(full["roi"], 1, 0) if cost else None,
                     "recommendation": recommendation(full, overall, blended)})
    return rows


def insights(report, before, golden):
    """The sentences of the golden list, each derived from the numbers here."""
    now, then = report.counts(), before.counts()
    rates = {a + ">" + b: Fraction(now[b], now[a]) for a, b in zip(STAGES, STAGES[1:])}
    by_source = {s: report.counts(w) for s, w in report.groups(report.source).items()}
    best = sorted(by_source, key=lambda s: -Fraction(by_source[s]["SQO"], by_source[s]["MCL"]))[:2]
    unbanded = {"MCL>MEL": rates["MCL>MEL"], "MEL>MQL": rates["MEL>MQL"]}
    region = lambda who: report.cohort[who].account["region"]
    east = Counter(region(w) for w, p in report.cohort.items() if "MQL" in p.entered).most_common(1)[0][0]
    over = {"SQL>SQO": report.days("SQL", "SQO")[0] - 7}
    rate = [percent(len(r.mails("email_opened")), len(r.mails("email_sent")), 0) for r in (before, report)]
    return [
        "overall %d of %d (%s%%) against %s%% last year" % (now["SQO"], now["MCL"], percent(now["SQO"], now["MCL"]),
                                                           percent(then["SQO"], then["MCL"])),
        "SAL>SQL is the weak transition (48%)" if rates["SAL>SQL"] == Fraction(48, 100) < Fraction(1, 2) else "",
        "linkedin and the e-mail sequence are the most efficient sources"
        if best == ["linkedin", "email_sequence"] else best,
        "tiktok brings no qualified lead: stop" if by_source["tiktok"]["MQL"] == 0 else "",
        "most qualified leads come from the US east coast, as the ICP says" if east == "us_east" else east,
        "SQL>SQO is the slowest transition (12 days)" if over["SQL>SQO"] == 5 else over,
        "open rate rose from %d%% to %d%%" % tuple(rate),
        "MEL>MQL (%s%%) is the second weakest" % percent(rates["MEL>MQL"], 1)
        if min(unbanded, key=unbanded.get) == "MEL>MQL" else unbanded]


def compare(now, before, world, spend, golden):
    check = Comparison()
    check.table("stages", stage_rows(now, before), golden["stages"])
    sources, regions = now.groups(now.source), now.groups(lambda who: now.cohort[who].account["region"])
    check.table("sources", breakdown_rows(now, sources, golden["sources"], "source"), golden["sources"])
    check.table("regions", breakdown_rows(now, regions, golden["regions"], "region"), golden["regions"])
    check.table("ends", ends(now, now.cohort), Counter(MCL=80, MEL=40, MQL=5, SAL=13, SQL=4, SQO=8))
    for groups in (sources, regions):
        check.table("ends within", sum((ends(now, w) for w in groups.values()), Counter()), ends(now, now.cohort))
    pairs = list(zip(STAGES, STAGES[1:])) + [("MCL", "SQO")]
    check.table("mean days", [now.days(a, b)[0] for a, b in pairs],
                [golden["mean_days"][a + ">" + b] for a, b in pairs],
                "last year " + " ".join("%s" % before.days(a, b)[0] for a, b in pairs))
    eight = [p.entered for p in now.cohort.values() if "SQO" in p.entered]
    check.table("days of the eight", [Fraction(sum(e[b] - e[a] for e in eight), 8 * DAY) for a, b in pairs],
                [14, 7, 3, 5, 12, 41])
    check.table("mean days last year", before.days("MCL", "SQO")[0], 39)
    check.table("e-mail sequence", sequence_rows(now, golden["email_sequence"]), golden["email_sequence"])
    check.table("mails before entry", now.contributions(True)[None], 30)
    check.table("completing event apart", now.contributions(False), now.contributions(True))
    check.table("channels", channel_rows(now, spend, golden["channels"], sources), golden["channels"])
    wins = sorted(now.revenue()[1].values())
    check.table("wins", [(a, sorted(set(s)) if a != 3285 else s) for a, s in wins],
                [(3285, ["facebook", "google_search", "facebook"]), (5670, ["email_sequence"]), (14400, ["linkedin"])])
    opened = [percent(len(r.mails("email_opened")), len(r.mails("email_sent"))) for r in (now, before)]
    a, b = now.counts(), before.counts()
    overall = percent(a["SQO"], a["MCL"]), percent(b["SQO"], b["MCL"])
    check.table("headline", {
        "overall_conversion_pct": overall[0], "overall_conversion_change_pp": round(overall[0] - overall[1], 1),
        "mean_days_mcl_to_sqo": now.days("MCL", "SQO")[0], "email_open_rate_pct": int(opened[0] + 0.5),
        "email_open_rate_last_year_pct": int(opened[1] + 0.5)}, golden["headline"])
    check.table("opens and clicks", [len(now.mails(n)) for n in ("email_sent", "email_opened", "email_clicked")],
                [570, 201, 41])
    check.table("insights", insights(now, before, golden), golden["insights"])
    prose = golden["prose"]
    seen = now.visitors(), before.visitors()
    check.table("landing", [percent(a["MCL"], seen[0]), percent(b["MCL"], seen[1]), *seen],
                [prose["landing_conversion_pct"], prose["landing_conversion_last_year_pct"], 6000, 6000])
    touched = now.touch_days(), before.touch_days()
    check.table("engagement frequency", [*touched, touched[0] / a["MCL"], touched[1] / b["MCL"]],
                [270, 192, prose["engagement_frequency"], prose["engagement_frequency_last_year"]])
    outcomes = Counter(p.outcome for p in now.cohort.values() if "MQL" in p.entered and "SAL" not in p.entered)
    check.table("handoff", outcomes, Counter(returned=3, lead_rejected=2))
    rough(check, now, world, golden)
    return check.failed


def rough(check, now, world, golden):
    """What rests on scores: the borderline, the what-if, and that no decision hangs on the last digit."""
    stuck = [p for p in now.cohort.values() if "SAL" in p.entered and "SQL" not in p.entered]
    lower = golden["scoring"]["lowered_to"]
    more = Report(world, now.month, now.as_of)
    more.people = funnel(*world, now.as_of, threshold=lower)
    gained = sum("SQL" in more.people[who].entered and "SQL" not in p.entered for who, p in now.cohort.items())
    check.table("threshold of %d" % lower, gained in (4, 5), True, "%d more SQL" % gained)
    band = sum(lower <= p.sales_score(now.as_of) <= 80 for p in stuck)
    check.table("borderline on the day", band >= 1, True,
                "%d of the %d stuck between %d and 80" % (band, len(stuck), lower))
    nearest = min(d for p in now.people.values() for d in p.nearest)
    check.table("clear of the threshold", nearest > 0.25, True, "nearest score at %.2f" % nearest)


def main():
    paths = sys.argv[1:] or sorted(glob.glob(os.path.join(HERE, "data", "*")))
    golden = json.loads("".join(lines_of(os.path.join(HERE, "golden.json"))))
    events, repeated, late = read_events([p for p in paths if p.endswith(".ndjson")])
    spend = {row["source"]: int(row["amount"]) for p in paths if p.endswith(".csv")
             for row in csv.DictReader(lines_of(p)) if row["month"] == "2026-01"}
    world = by_person(events)
    print("%d events of %d persons; %d repeated lines, %d late" % (len(events), len(world[0]), repeated, late))
    now = Report(world, "2026-01", end_of_day("2026-04-20"))
    before = Report(world, "2025-01", end_of_day("2025-04-20"))
    failed = compare(now, before, world, spend, golden)
    flow = defaultdict(Counter)
    for person in now.people.values():
        for stage, t in person.entered.items():
            flow[month_of(t)][stage] += 1
    for month in sorted(flow):
        print("     %s  %s" % (month, " ".join("%s %3d" % (s, flow[month][s]) for s in STAGES + ["WON"])))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
