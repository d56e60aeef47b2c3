#!/usr/bin/env python3
"""Writes the event-level data of the worked example: data/events-2025.ndjson, data/events-2026.ndjson, data/spend.csv.

plan.py says how many leads do what; this file gives each lead a life that makes it so: every stage follows from events
and traits by the rules of masa.yaml, none is written down. check.py reads the result with rules of its own.
"""

import json
import os
import sys
from dataclasses import replace

from people import HEBREW_NAMES, NAMES, Account, Lead, anyone, fit_tenths, qualified, stamp, unfit
from plan import CAMPAIGNS, LAST_YEAR, MONTHS, REGIONS, SOURCES, SPEND, STAGES, THIS_YEAR, VISITORS, ordinary
from times import (DAY, HOUR, MINUTE, Dice, civil, date_text, local_day, local_hour, local_moment, on_workday, sendable,
                   settle, utc, workday)

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = "israel"
MAIL_DAYS = (1, 3, 7, 10, 14)
AS_OF = {2026: utc(2026, 4, 20, 20), 2025: utc(2025, 4, 20, 20)}
END = utc(2026, 4, 20, 15)
RETURN_REASON = "not_ready"
REJECT_REASONS = ["not_relevant", "competitor", "student", "no_budget"]
SCANNERS = ["Mozilla/5.0 (compatible; BarracudaCentral link scanner)", "SafeLinks-Scanner/2.1"]
QUESTIONS = ["Does it send invoices in three currencies?", "How are refunds of yearly plans shown?", "יש תמיכה בעברית?"]
PREFETCH = "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"


# ---- who is captured, and when ----

def in_month(plan, t):
    day = date_text(local_day(HOME, t))
    return day[:7] == "%04d-%02d" % (plan.year, plan.month)


def capture_moment(dice, plan, region):
    while True:
        day = utc(plan.year, plan.month, 1) // DAY + dice.below(plan.days)
        if not workday(region, day) and dice.chance(85):
            continue
        t = local_moment(region, day, 8 * HOUR + dice.below(11 * HOUR + 30 * MINUTE))
        if in_month(plan, t - HOUR) and in_month(plan, t + 5 * MINUTE):
            return t


def people(dice, plan):
    """The leads of a month, each with a source, a region and an end, in the order of their capture."""
    leads = []
    for stage, name in enumerate(STAGES):
        sources = [s for s in SOURCES for _ in range(plan.sources[s][stage])]
        regions = dice.shuffled([r for r in REGIONS for _ in range(plan.regions[r][stage])])
        leads += [Lead(s, r, name) for s, r in zip(sources, regions, strict=True)]
    edge = next(lead for lead in leads if lead.ends == "MCL" and lead.region == "us_east")
    for lead in leads:
        lead.marks["MCL"] = capture_moment(dice, plan, lead.region)
    if plan.prefix == "p":           # still December in New York, January for the company
        edge.marks["MCL"] = utc(2025, 12, 31, 22, 31, 17)
    elif (plan.year, plan.month) == (2026, 2):   # still January in UTC, February for the company
        edge.marks["MCL"] = utc(2026, 1, 31, 22, 41, 5)
    leads.sort(key=lambda lead: lead.marks["MCL"])
    for n, lead in enumerate(leads, 1):
        lead.uid = "%s%0*d" % (plan.prefix, 3 if len(plan.prefix) == 1 else 2, n)
        lead.anonymous = "a-" + lead.uid
    return leads


def choose_ways(dice, plan, leads):
    opportunities = sorted((lead for lead in leads if lead.ends == "SQO"), key=lambda lead: SOURCES.index(lead.source))
    others = [lead for lead in leads if lead.ends not in ("MCL", "SQO")]
    for lead, way in zip(opportunities, plan.sqo_ways, strict=True):
        lead.way = way
    ways = dice.shuffled([way for way, count in plan.ways.items() for _ in range(count)])
    for lead, way in zip(others, ways, strict=True):
        lead.way = way
    return opportunities, others


# ---- the mail sequence ----

def send_moments(dice, lead):
    day, before, sends = local_day(lead.region, lead.marks["MCL"]), 0, []
    for wait in MAIL_DAYS:
        due = max(day + wait, before + 2)
        while not sendable(lead.region, due):
            due += 1
        sends.append(local_moment(lead.region, due, 9 * HOUR + dice.below(2 * HOUR)))
        before = due
    return sends


def sitting(dice, lead, steps, start):
    """The lead opens these mails one after the other, some time after `start`."""
    t = start + 10 * MINUTE + dice.below(6 * HOUR)
    for step in sorted(steps):
        lead.opens[step] = t
        t += 2 * MINUTE + dice.below(6 * MINUTE)


def click(dice, lead, step):
    lead.clicks[step] = lead.opens[step] + 40 + dice.below(70)


def first_mails(dice, plan, leads):
    """Who opens which of mails 1 and 2, and who clicks them."""
    by_way = {way: [lead for lead in leads if lead.way == way] for way in ("mail", "after1", "after2", "visits", None)}
    by_way["mail"].sort(key=lambda lead: lead.ends != "SQO")
    for lead, step, early in zip(by_way["mail"], plan.mail_steps, plan.early_mail, strict=True):
        lead.step, lead.early = step, early
    for lead in by_way["after1"]:
        lead.early = "1"
    for lead, early in zip(by_way["after2"], plan.early_after2, strict=True):
        lead.early = early
    for lead, early in zip(dice.shuffled(by_way[None]), plan.early_never, strict=True):
        lead.early = early
    for lead in leads:
        lead.sends = send_moments(dice, lead)
        if lead.early:
            steps = [int(c) for c in lead.early]
            sitting(dice, lead, steps, lead.sends[steps[-1] - 1])
    for step in (1, 2):
        own = [lead for lead in by_way["after%d" % step]][:plan.after_clicks[step]]
        rest = [lead for lead in by_way[None] if step in lead.opens and not lead.clicks]
        for lead in own + rest[:plan.clicks[step] - len(own)]:
            click(dice, lead, step)
    return by_way


def late_mails(dice, plan, by_way):
    """Who opens which of mails 3 to 5. Leads of way "mail" complete their rule here; those who stay MCL never click."""
    left = dict(plan.late_opens)
    for n, lead in enumerate(by_way["mail"]):
        before = {3} if lead.step > 3 and n % 2 else set()
        lead.late = before | {lead.step}
        sitting(dice, lead, lead.late, lead.sends[lead.step - 1])
        click(dice, lead, lead.step)
        after = {4} if lead.step == 3 and n % 2 else {5} if lead.step == 3 else set()
        for step in after:
            sitting(dice, lead, [step], lead.sends[step - 1])
        lead.late |= after
        for step in lead.late:
            left[step] -= 1
    readers = dice.shuffled(by_way["after1"] + by_way["after2"])
    for step, count in plan.after_opens.items():
        for lead in readers[:count]:
            lead.late.add(step)
            left[step] -= 1
    hosts = [lead for lead in by_way[None] if lead.early and not lead.clicks]
    shift = 0
    for step in (3, 4, 5):
        for n in range(max(0, left[step])):
            hosts[(shift + n) % len(hosts)].late.add(step)
        shift += max(0, left[step]) // 2 if step == 3 else 3
    for lead in hosts:
        if lead.late and dice.chance(80):
            sitting(dice, lead, lead.late, lead.sends[max(lead.late) - 1])
        else:
            for step in sorted(lead.late):
                sitting(dice, lead, [step], lead.sends[step - 1])
    return readers


def mails_after_entry(dice, plan, readers):
    """Leads that came by visits after mail 1 or 2 read the later mails only once they are MELs."""
    for lead in readers:
        if lead.late:
            sitting(dice, lead, lead.late, max(lead.marks["MEL"], lead.sends[max(lead.late) - 1]))
    for step in (3, 4, 5):
        for lead in [lead for lead in readers if step in lead.opens][:plan.after_clicks[step]]:
            click(dice, lead, step)


# ---- when each stage is entered ----

def engage(dice, plan, leads):
    """MEL: by the completing click, or by the third visit at a moment that makes the mean come out."""
    for lead in leads:
        if lead.way == "mail":
            lead.marks["MEL"] = lead.clicks[lead.step]
    visitors = [lead for lead in leads if lead.way != "mail"]
    first = [max([lead.marks["MCL"] + 4 * DAY] + [t + 20 * HOUR for t in lead.opens.values()]) for lead in visitors]

    def allowed(i, t):
        place = visitors[i].region
        return first[i] <= t <= visitors[i].marks["MCL"] + 34 * DAY and workday(place, local_day(place, t))

    moments = [on_workday(dice, lead.region, local_day(lead.region, first[i]) + dice.between(1, 16), 10, 18)
               for i, lead in enumerate(visitors)]
    if plan.days_between[0] and visitors:
        total = plan.days_between[0] * DAY * len(leads) + sum(lead.marks["MCL"] for lead in leads)
        total -= sum(lead.marks["MEL"] for lead in leads if lead.way == "mail")
        moments = settle(dice, moments, total, allowed)
    for lead, t in zip(visitors, moments):
        lead.marks["MEL"] = t


def advance(dice, plan, leads, index, low, high, place_of):
    """One later transition, low to high days long, with the planned mean."""
    before, stage = STAGES[index], STAGES[index + 1]
    mean = plan.days_between[index]
    starts = [lead.marks[before] for lead in leads]

    def allowed(i, t):
        place = place_of(leads[i])
        return (starts[i] + low * DAY - 6 * HOUR <= t <= starts[i] + high * DAY and workday(place, local_day(place, t))
                and 9.5 <= local_hour(place, t) < 17.5)

    middle = mean or (low + high) // 2
    least = max(low, middle - 4)
    moments = [on_workday(dice, place_of(lead), local_day(place_of(lead), start) + dice.between(least, middle + 3))
               for lead, start in zip(leads, starts)]
    if mean and leads:
        moments = settle(dice, moments, sum(starts) + mean * DAY * len(leads), allowed)
    for lead, t in zip(leads, moments):
        lead.marks[stage] = t


def timetable(dice, plan, opportunities, others):
    """The leads that reach SQO meet every mean among themselves, so their whole way does too; so do the others."""
    home, own = (lambda lead: HOME), (lambda lead: lead.region)
    limits = [None, (2, 16, home), (1, 7, home), (1, 12, home), (4, 22, own)]
    for index in range(1, 5):
        low, high, place = limits[index]
        for part in (opportunities, others):
            reached = [lead for lead in part if STAGES.index(lead.ends) > index]
            advance(dice, plan, reached, index, low, high, place)


# ---- accounts and answers ----

def open_accounts(dice, leads):
    for lead in leads:
        name = ("חברה %s בע\"מ" if lead.region == HOME else "Company %s") % lead.uid
        lead.account = Account("acc-" + lead.uid, name, lead.region)
    hosts = [lead for lead in leads if lead.ends in ("SAL", "SQL", "SQO")]
    guests = [lead for lead in leads if lead.ends == "MCL"]
    for host in hosts[:4]:           # a colleague downloads it too
        guest = next((g for g in guests if g.region == host.region and g.marks["MCL"] > host.marks["MCL"] + DAY), None)
        if guest:
            guests.remove(guest)
            guest.account, guest.guest = host.account, True


def looked_up(dice, lead):
    """Fills the account as far as the end of the lead asks, and the answers marketing gets."""
    lead.role = dice.weighted({"cfo": 5, "head_of_accounting": 4})
    if lead.ends == "MCL":
        if lead.account.traits is None and dice.chance(88):
            lead.account.traits = anyone(dice, lead.region)
        lead.role = dice.weighted({"cfo": 5, "head_of_accounting": 4, "other": 2})
        return {"budget": dice.pick(["yes", "no"])} if dice.chance(10) else {}
    if lead.ends == "MEL":
        why = dice.pick(["profile", "questions", "points"])
        lead.account.traits, answers, lead.role = unfit(dice, lead.region, why)
        return answers
    kind = lead.stuck
    offices = 1 if kind == "silent" else 2 if kind in ("small", "borderline") else dice.between(5, 7)
    lead.account.traits = qualified(dice, lead.region, offices, kind == "small")
    four = fit_tenths(lead.account.traits) < 9 or dice.chance(60)
    return {"budget": "yes", "months": dice.between(2, 6)} if four else {"budget": "yes"}


# ---- the story of one lead ----

def capture(dice, lead):
    t, source = lead.marks["MCL"], lead.source
    lead.view(t - dice.between(90, 400), "/research", lead.session(), source, CAMPAIGNS[source], unknown=True)
    name = dice.pick(HEBREW_NAMES if lead.region == HOME else NAMES)
    box = "ap" if lead.guest else "finance"
    lead.identify(t - 2, email="%s@%s" % (box, lead.account.domain), firstName=name, company=lead.account.name)
    lead.group(t - 1, {"name": lead.account.name, "region": lead.region})
    lead.track(t, "report_downloaded", {"report": "oecd-invoicing", "consent": True})


def mails(lead):
    for step, t in enumerate(lead.sends if lead.early else lead.sends[:2], 1):
        lead.track(t, "email_sent", {"sequence": "nurture", "step": step})
    for name, moments in (("email_opened", lead.opens), ("email_clicked", lead.clicks)):
        for step, t in sorted(moments.items()):
            lead.track(t, name, {"sequence": "nurture", "step": step})


def visits(dice, plan, lead):
    """Three sessions, the third at the entry. How they spread over days decides how many touch days there are."""
    mel, mcl = lead.marks["MEL"], lead.marks["MCL"]
    if lead.way in ("after1", "after2"):
        first = max(lead.opens.values() if not lead.late else [lead.opens[int(c)] for c in lead.early]) + 12 * MINUTE
        moments = [first, mel - dice.between(40, 70) * MINUTE]
    else:
        first = mel - dice.between(100, 130) * MINUTE
        if dice.chance(12) and mel - mcl > 5 * DAY:
            first = civil(lead.region, mcl + DAY, mel - DAY)
        moments = [first, mel - dice.between(30, 60) * MINUTE]
    won_by_three = plan.prefix == "p" and lead.ends == "SQO" and lead.source == "facebook"
    for n, t in enumerate(moments):
        session = lead.session()
        if won_by_three:
            source = "google_search" if n == 0 else None
        else:
            source = lead.source if dice.chance(30) else None
        lead.view(t, ["/product", "/pricing"][n], session, source, source and CAMPAIGNS[source])
        if dice.chance(20):
            lead.view(t + 90, "/customers", session)
    if dice.chance(30) and not won_by_three:
        lead.track(mel, "form_submitted", {"form": "contact", "question": dice.pick(QUESTIONS),
                                           "session": lead.session()})
    else:
        source = "facebook" if won_by_three else None
        lead.view(mel, "/product", lead.session(), source, source and "retargeting")


def look_around(dice, lead, t, sessions=1):
    """Visits that stay below three: the same session twice, or a form with no question in it."""
    for n in range(sessions):
        session = lead.session()
        lead.view(t + n * 50 * MINUTE, dice.pick(["/product", "/pricing", "/blog"]), session)
        if dice.chance(40):
            lead.view(t + n * 50 * MINUTE + 100, "/product", session)
    if sessions == 2:
        lead.track(t + 95 * MINUTE, "form_submitted", {"form": "contact", "question": "", "session": lead.session()})


def marketing(dice, plan, lead, answers, completed_by_account):
    """What marketing learns: the company by look-up, the answers by a call. The last piece makes the MQL."""
    looked = on_workday(dice, HOME, local_day(HOME, lead.marks["MCL"]) + 1)
    traits, missing = lead.account.traits, {}
    if traits and not lead.guest:
        if completed_by_account:
            missing = {key: traits[key] for key in ("industry", "pricing")}
        lead.group(looked, {key: value for key, value in traits.items() if key not in missing})
        lead.identify(looked + 5, role=lead.role)
    elif lead.guest:
        lead.identify(looked + 5, role=lead.role)
    if "MQL" in lead.marks:
        assert looked + 6 < lead.marks["MEL"], lead.uid
        if completed_by_account:
            lead.tell(lead.marks["MEL"] + 7 * HOUR, **answers)
            lead.group(lead.marks["MQL"], missing)
        else:
            lead.tell(lead.marks["MQL"], **answers)
    elif answers:
        day = local_day(HOME, lead.marks.get("MEL", looked)) + dice.between(1, 5)
        lead.tell(on_workday(dice, HOME, day), **answers)


def hand_back(dice, plan, lead, n):
    t = on_workday(dice, HOME, local_day(HOME, lead.marks["MQL"]) + dice.between(1, 4))
    common = {"stage": "SAL", "by": dice.pick(["rep1", "rep2"]), "role": "sales"}
    if n < plan.returned:
        lead.track(t, "lead_returned", {**common, "reason": RETURN_REASON})
    else:
        lead.track(t, "lead_rejected", {**common, "reason": REJECT_REASONS[n % len(REJECT_REASONS)]})


def warm(dice, lead, t, want):
    """The lead reads on our site shortly before t, until its score is what we want."""
    session, at = lead.session(), t - 55 * MINUTE
    paths = ["/pricing", "/security", "/product", "/integrations", "/customers"]
    for n in range(9):
        if lead.score(t) >= want:
            return
        lead.view(at, paths[n % 5], session)
        at += dice.between(120, 320)
    assert lead.score(t) >= want, (lead.uid, lead.score(t))


def accept(dice, lead, demo=True):
    sal = lead.marks["SAL"]
    if demo:
        t = civil(lead.region, lead.marks["MQL"] + 30 * MINUTE, sal - 20 * MINUTE)
        lead.track(t, "demo_booked", {"with": "rep1"})
    east = lead.region == "us_east"
    lead.track(sal, "lead_accepted", {"stage": "SAL", "by": "rep1" if east else "rep2", "role": "sales",
                                      "team": "team_east" if east else "team_rest"})


def qualify(dice, lead, by_demo):
    """SQL: all four answers and the score. The last answer completes it, or a demo does when the answers came first."""
    accept(dice, lead, demo=not by_demo)
    sal, sql = lead.marks["SAL"], lead.marks["SQL"]
    first = civil(HOME, sal + HOUR, sql - 2 * HOUR)
    good = {"urgency": dice.between(4, 5), "months": dice.between(1, 3)}
    if by_demo:
        lead.tell(first, decides="yes", **good)
        assert lead.top_score(first, sql - 1) < 78, lead.uid
        lead.track(sql, "demo_booked", {"with": "rep1"})
        return
    lead.tell(first, **good)
    warm(dice, lead, sql, 84)
    lead.tell(sql, decides="yes")


def opportunity(dice, plan, lead, deal):
    sqo = lead.marks["SQO"]
    warm(dice, lead, sqo, 84)
    lead.track(sqo, "intent_expressed", {"how": dice.pick(["written", "spoken", "behaviour"])})
    if lead.source in plan.wins:
        amount = {"amount": plan.wins.pop(lead.source), "currency": "USD"}
        outcome(dice, lead, local_day(HOME, sqo) + dice.between(10, 18), "deal_won",
                {"deal_id": deal, "amount": amount})
    elif plan.losses > 0:
        plan.losses -= 1
        outcome(dice, lead, local_day(HOME, sqo) + dice.between(12, 20), "deal_lost",
                {"deal_id": deal, "reason": ["competitor", "price"][plan.losses % 2]})


def outcome(dice, lead, day, name, properties):
    t = on_workday(dice, HOME, day)
    lead.track(t, name, {**properties, "contact_role": "primary"}, context={"groupId": lead.account.id})


def stuck(dice, plan, lead):
    """SAL and no further: each for a reason that can be read off the score or the answers."""
    kind, sal, as_of = lead.stuck, lead.marks["SAL"], AS_OF.get(plan.year if plan.touches else None, END)
    accept(dice, lead, demo=kind != "borderline_now")
    t = on_workday(dice, HOME, local_day(HOME, sal) + dice.between(2, 5))
    urgency, months, decides = dice.between(4, 5), dice.between(1, 3), "yes"
    if kind == "silent":
        lead.tell(t, urgency=urgency)
        return
    if kind == "no_authority":
        decides = "no"
    elif kind == "no_hurry":
        months = dice.between(5, 6)
    elif kind == "not_urgent":
        urgency = dice.between(2, 3)
    branches = lead.account.traits["branches"]
    if kind == "borderline":
        rest = lead.score(t) - 3 * branches["new_york"]
        branches["new_york"] = min(range(1, 6), key=lambda n: abs(rest + 3 * n - 73.5))
    elif kind == "borderline_now":
        warm(dice, lead, t, 73)
        warm(dice, lead, as_of - 4 * DAY - 9 * HOUR, 74)
    lead.tell(t, urgency=urgency, months=months, decides=decides)
    top = lead.top_score(sal, as_of)
    if kind == "small":
        assert top < 68, (lead.uid, top)
    elif kind.startswith("borderline"):
        assert 71.5 <= lead.score(t) <= 78 and top <= 78.5, (lead.uid, lead.score(t), top)


def drop_out(dice, leads, plan):
    """Deals lost and leads dropped below SQO; a late change of mind when the score has already faded."""
    qualified_only = [lead for lead in leads if lead.ends == "SQL"]
    for n, lead in enumerate(qualified_only):
        sql = lead.marks["SQL"]
        if n == 0:
            outcome(dice, lead, local_day(HOME, sql) + 20, "deal_lost",
                    {"deal_id": "d-" + lead.uid, "reason": "timing"})
        elif n == 1 and plan.touches:
            t = on_workday(dice, lead.region, local_day(lead.region, sql) + 34)
            assert t < AS_OF[plan.year] and lead.score(t) < 76, lead.uid
            lead.track(t, "intent_expressed", {"how": "spoken"})
        elif n == 2:
            t = on_workday(dice, HOME, local_day(HOME, sql) + 15)
            lead.track(t, "lead_disqualified", {"by": "rep1", "role": "sales", "reason": "no_decision"})
    silent = [lead for lead in leads if lead.stuck == "silent"]
    if silent:
        t = on_workday(dice, HOME, local_day(HOME, silent[0].marks["SAL"]) + 25)
        silent[0].track(t, "lead_disqualified", {"by": "rep2", "role": "sales", "reason": "no_decision"})


def colleague(dice, lead, number):
    """Another contact of the account, met by sales: a person in no stage."""
    other = Lead(lead.source, lead.region, None)
    other.uid, other.account = "%s-c%d" % (lead.uid, number), lead.account
    t = civil(HOME, lead.marks["SQL"] + HOUR, lead.marks["SQO"] - HOUR)
    other.identify(t, email="cto%d@%s" % (number, lead.account.domain), role="other")
    other.group(t + 3, {"name": lead.account.name})
    return other


def finish_touches(dice, plan, leads):
    """Fills up to the planned count of touch days with single visits of leads that stay MCL."""
    as_of = AS_OF[plan.year]
    have = sum(len(lead.touch_days(as_of)) for lead in leads)
    assert have <= plan.touches, (plan.prefix, have)
    idle = dice.shuffled([lead for lead in leads if lead.ends == "MCL"])
    while have < plan.touches:
        lead = idle.pop()
        mcl = lead.marks["MCL"]
        t = civil(lead.region, mcl + DAY * dice.between(2, 4), mcl + DAY * dice.between(5, 9))
        before = len(lead.touch_days(as_of))
        if lead.sessions > 2:
            continue
        look_around(dice, lead, t)
        have += len(lead.touch_days(as_of)) - before


def tell_story(dice, plan, lead, answers, completed_by_account, by_demo, stopped):
    """All that one lead leaves in the log."""
    capture(dice, lead)
    mails(lead)
    if lead.way and lead.way != "mail":
        visits(dice, plan, lead)
    elif lead.way is None and dice.chance(18):
        start = max(lead.opens.values()) + 5 * MINUTE if lead.opens else lead.marks["MCL"] + 6 * MINUTE
        look_around(dice, lead, start, dice.between(1, 2))
    marketing(dice, plan, lead, answers, completed_by_account)
    if lead.ends == "MQL":
        hand_back(dice, plan, lead, stopped)
    elif lead.ends == "SAL":
        stuck(dice, plan, lead)
    elif lead.ends in ("SQL", "SQO"):
        qualify(dice, lead, by_demo)
        if lead.ends == "SQO":
            opportunity(dice, plan, lead, "d-" + lead.uid)


def month_of_leads(plan):
    """The leads of one month with their lines, and all persons that came with them."""
    dice, plan = Dice(plan.seed), replace(plan, wins=dict(plan.wins))
    leads = people(dice, plan)
    opportunities, others = choose_ways(dice, plan, leads)
    by_way = first_mails(dice, plan, leads)
    readers = late_mails(dice, plan, by_way)
    for part in (opportunities, others):
        engage(dice, plan, part)
    mails_after_entry(dice, plan, readers)
    timetable(dice, plan, opportunities, others)
    for lead, why in zip([lead for lead in others if lead.ends == "SAL"], plan.stuck, strict=True):
        lead.stuck = why
    open_accounts(dice, leads)
    answers = {lead.uid: looked_up(dice, lead) for lead in sorted(leads, key=lambda lead: lead.ends == "MCL")}
    full = [lead.uid for lead in others if lead.ends in ("MQL", "SAL") and "months" in answers[lead.uid]]
    by_account = full[:3] if plan.touches else []
    last_qualified = [lead.uid for lead in others if lead.ends == "SQL"][-1:]
    by_demo = [*last_qualified, opportunities[1].uid] if plan.touches else []
    stopped = [lead.uid for lead in leads if lead.ends == "MQL"]
    for lead in leads:
        tell_story(dice, plan, lead, answers[lead.uid], lead.uid in by_account, lead.uid in by_demo,
                   stopped.index(lead.uid) if lead.uid in stopped else None)
    drop_out(dice, leads, plan)
    extra = []
    if plan.touches:
        extra = [colleague(dice, lead, n) for n, lead in enumerate(opportunities[:5], 1)]
        finish_touches(dice, plan, leads)
    return dice, leads, leads + extra


# ---- what else is in a real log ----

def visitors(dice, plan, converts):
    """The other visitors of the landing page, one line each."""
    lines = []
    for n in range(plan.visitors - converts):
        region = dice.weighted({"us_east": 58, "us_west": 18, "europe": 15, "israel": 9})
        source = dice.weighted(VISITORS)
        name = "w%02d%02d%04d" % (plan.year % 100, plan.month, n)
        lines.append({"t": capture_moment(dice, plan, region), "event": "page_viewed", "record": {
            "type": "page", "name": "page", "anonymousId": "a-" + name, "messageId": name, "timestamp": None,
            "properties": {"path": "/research"},
            "context": {"campaign": {"source": source, "name": CAMPAIGNS[source]}}}})
    return lines


def private_addresses(dice, plan):
    """Downloads with a private address: visitors, but no leads of the funnel."""
    out = []
    for n in range(plan.free_mail):
        lead = Lead(dice.pick(["facebook", "google_search"]), "us_east", None)
        lead.uid, lead.anonymous = "%sx%d" % (plan.prefix, n + 1), "a-%sx%d" % (plan.prefix, n + 1)
        t = lead.marks["MCL"] = capture_moment(dice, plan, lead.region)
        lead.view(t - 200, "/research", lead.session(), lead.source, CAMPAIGNS[lead.source], unknown=True)
        lead.identify(t - 2, email="reader%d@%s" % (n, ["gmail.com", "outlook.com", "mailinator.com", "yahoo.com"][n]))
        lead.track(t, "report_downloaded", {"report": "oecd-invoicing", "consent": n % 2 == 0})
        out.append(lead)
    return out


def machines(dice, leads):
    """Link scanners and picture prefetchers, seconds after the send; all outside the two cohorts."""
    for n, lead in enumerate(dice.shuffled([lead for lead in leads if lead.sends])[:12]):
        step = dice.between(1, 2)
        t, properties = lead.sends[step - 1] + dice.between(2, 9), {"sequence": "nurture", "step": step}
        if n % 3 == 2:
            lead.track(t, "email_opened", properties, context={"userAgent": PREFETCH})
        elif n % 3 == 1:
            lead.track(t, "email_clicked", properties, context={"userAgent": dice.pick(SCANNERS)})
        else:
            lead.track(t, "email_clicked", {**properties, "machine": True})


def newsletters(dice, leads):
    """Another mailing with an id of its own: not part of the sequence."""
    for lead in dice.shuffled(leads)[:24]:
        day = local_day(lead.region, lead.marks["MCL"]) + 40
        while not sendable(lead.region, day):
            day += 1
        lead.track(local_moment(lead.region, day, 10 * HOUR), "email_sent", {"sequence": "newsletter", "step": 1})


def after_the_comparison(dice, leads):
    """A lead of last year that becomes an opportunity only after the age at which the years are compared."""
    lead = next(lead for lead in leads if lead.ends == "SQL" and all(
        line["event"] not in ("deal_lost", "lead_disqualified") for line in lead.lines))
    t = utc(2025, 5, 20, 15, 12, 9)
    lead.track(t - DAY, "demo_booked", {"with": "rep1"})
    warm(dice, lead, t, 84)
    lead.track(t, "intent_expressed", {"how": "written"})


def a_day_without_an_hour(leads):
    """A form that came on paper: only its day is known."""
    lead = next(lead for lead in leads if lead.ends == "MCL" and lead.opens)
    t = (lead.marks["MCL"] // DAY + 9) * DAY
    lead.track(t, "form_submitted", {"form": "fair", "question": "", "session": lead.session()}, day=True)


def arrivals(dice, lines):
    """The order of the file: by arrival. Some lines come late, some twice."""
    out = []
    for line in lines:
        line["record"]["timestamp"] = stamp(dice, line)
        text = json.dumps(line["record"], ensure_ascii=False, separators=(",", ":"))
        arrived = line["t"] + (dice.between(6 * HOUR, 70 * HOUR) if dice.chance(1) else dice.below(3))
        out.append((arrived, text))
        if dice.chance(2):
            out.append((arrived + dice.between(1, 900), text))
    out.sort()
    return out


def everything():
    dice = Dice(7)
    lines = []
    plans = [LAST_YEAR, THIS_YEAR] + [ordinary(dice, *month) for month in MONTHS]
    for plan in plans:
        own, leads, people_of_month = month_of_leads(plan)
        if plan.touches:
            newsletters(own, leads)
            if plan is LAST_YEAR:
                after_the_comparison(own, leads)
        others = private_addresses(own, plan)
        if not plan.touches:
            machines(own, leads)
        if (plan.year, plan.month) == (2025, 6):
            a_day_without_an_hour(leads)
        month = [line for lead in people_of_month + others for line in lead.lines]
        month += visitors(own, plan, len(leads) + len(others))
        lines += month
    return arrivals(dice, [line for line in lines if line["t"] < END])


def files():
    """The text of each file by its name."""
    border, lines = utc(2026, 1, 1), everything()
    spend = ["%s,%s,%d,USD" % (month, source, amount) for month, amounts in SPEND for source, amount in amounts.items()]
    parts = {"events-2025.ndjson": [text for t, text in lines if t < border],
             "events-2026.ndjson": [text for t, text in lines if t >= border],
             "spend.csv": ["month,source,amount,currency"] + spend}
    return {name: "".join(line + "\n" for line in part).encode() for name, part in parts.items()}


def main(arguments):
    """Without arguments writes the files; with --check says whether those there are the ones it would write."""
    data, different = os.path.join(HERE, "data"), []
    for name, content in files().items():
        path = os.path.join(data, name)
        if arguments == ["--check"]:
            with open(path, "rb") as file:
                different += [name] if file.read() != content else []
        else:
            os.makedirs(data, exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
    for name in different:
        print("%s is not what make.py writes: run make.py and commit both" % name)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
