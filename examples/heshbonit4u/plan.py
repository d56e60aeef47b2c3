"""What make.py aims at: who is captured, where each lead ends, what each mail does. Numbers only; the story is there.

A lead ENDS at the last stage it ever reaches. A lead that becomes an MEL does so by one of four WAYS:
  mail     opened one of mails 1-2, then one of mails 3-5 and clicked it, which completes the rule
  after1   three visits, after a touch with mail 1 and none later
  after2   the same after mail 2
  visits   three visits, no touch with a mail before
so the last mail touch before the entry is known by construction.
"""

from dataclasses import dataclass, field

STAGES = ["MCL", "MEL", "MQL", "SAL", "SQL", "SQO"]
SOURCES = ["linkedin", "email_sequence", "facebook", "google_search", "tiktok", "referrals"]
CAMPAIGNS = {"linkedin": "oecd-research", "email_sequence": "partners-mailing", "facebook": "oecd-research-video",
             "google_search": "invoicing-search", "tiktok": "oecd-shorts", "referrals": "customer-referral"}
REGIONS = ["us_east", "us_west", "europe", "israel"]
CURRENCY = "USD"
# How the advertised visitors of a month divide; converts are drawn from the same visits.
VISITORS = {"linkedin": 38, "email_sequence": 18, "facebook": 22, "google_search": 13, "tiktok": 8, "referrals": 1}
SPEND = [("2026-01", {"linkedin": 4500, "email_sequence": 1800, "facebook": 1500, "google_search": 1200, "tiktok": 800,
                      "referrals": 0}),
         ("2026-02", {"linkedin": 4500, "email_sequence": 1800, "facebook": 1500, "google_search": 1000,
                      "tiktok": 400}),
         ("2026-03", {"linkedin": 4800, "email_sequence": 1800, "facebook": 1300, "google_search": 1000})]


@dataclass
class Plan:
    prefix: str                   # of user ids
    year: int
    month: int
    days: int                     # in which leads are captured
    seed: int
    sources: dict                 # source -> how many end at each of STAGES
    regions: dict
    sqo_ways: list                # of the leads that reach SQO, in the order of their sources
    ways: dict                    # way -> how many of the other MELs
    mail_steps: list              # which mail completes the rule, for every way "mail"
    early_mail: list              # which of mails 1-2 the "mail" leads opened: "1", "2" or "12"
    early_after2: list
    early_never: list             # the same for leads that stay MCL; "" = none
    late_opens: dict              # step -> opens by anyone
    after_opens: dict             # step -> opens by after1 and after2 leads, after their entry
    clicks: dict                  # step -> clicks by anyone
    after_clicks: dict
    days_between: list            # mean days of the five transitions, None = as it comes
    touches: int = None           # distinct person-days with a touch after the capture
    stuck: list = field(default_factory=list)      # why leads that end at SAL do
    returned: int = 0             # of those that end at MQL; the others are rejected
    wins: dict = field(default_factory=dict)       # source -> amount
    losses: int = 0               # of the other SQOs
    visitors: int = 0
    free_mail: int = 0            # downloads with a private address: no lead


THIS_YEAR = Plan(
    prefix="p", year=2026, month=1, days=31, seed=2026,
    sources={"linkedin": [31, 19, 2, 6, 2, 5], "email_sequence": [18, 13, 2, 4, 1, 2], "facebook": [15, 6, 1, 2, 0, 1],
             "google_search": [11, 2, 0, 1, 1, 0], "tiktok": [3, 0, 0, 0, 0, 0], "referrals": [2, 0, 0, 0, 0, 0]},
    regions={"us_east": [47, 26, 4, 9, 3, 6], "us_west": [15, 6, 1, 2, 0, 1], "europe": [12, 5, 0, 2, 0, 1],
             "israel": [6, 3, 0, 0, 1, 0]},
    sqo_ways=["mail", "mail", "after1", "visits", "after2", "mail", "after1", "visits"],
    ways={"mail": 12, "after1": 13, "after2": 9, "visits": 28},
    mail_steps=[3, 4, 3] + [3] * 6 + [4] * 4 + [5] * 2,
    early_mail=["1"] * 5 + ["2"] * 4 + ["12"] * 6, early_after2=["2"] * 6 + ["12"] * 4,
    early_never=["1"] * 22 + ["2"] * 20 + ["12"] * 8 + [""] * 30,
    late_opens={3: 36, 4: 30, 5: 27}, after_opens={3: 1, 4: 5, 5: 8},
    clicks={1: 12, 2: 10, 3: 9, 4: 6, 5: 4}, after_clicks={1: 6, 2: 5, 3: 1, 4: 1, 5: 2},
    days_between=[14, 7, 3, 5, 12], touches=270,
    stuck=["borderline", "borderline", "borderline_now", "borderline_now", "no_authority", "no_hurry", "not_urgent",
           "small", "small", "small", "small", "silent", "silent"],
    returned=3, wins={"linkedin": 14400, "email_sequence": 5670, "facebook": 3285}, losses=2,
    visitors=6000, free_mail=4)

LAST_YEAR = Plan(
    prefix="q", year=2025, month=1, days=31, seed=2025,
    sources={"linkedin": [24, 16, 2, 5, 2, 3], "email_sequence": [13, 11, 1, 2, 1, 2], "facebook": [13, 7, 1, 1, 0, 1],
             "google_search": [8, 4, 0, 1, 0, 0], "tiktok": [0] * 6, "referrals": [2, 0, 0, 0, 0, 0]},
    regions={"us_east": [34, 23, 3, 6, 2, 4], "us_west": [11, 6, 0, 1, 1, 1], "europe": [9, 6, 1, 1, 0, 1],
             "israel": [6, 3, 0, 1, 0, 0]},
    sqo_ways=["mail", "after1", "visits", "after2", "visits", "visits"],
    ways={"mail": 5, "after1": 13, "after2": 9, "visits": 27},
    mail_steps=[3, 3, 3, 4, 4, 5], early_mail=["1"] * 3 + ["2"] * 2 + ["12"], early_after2=["2"] * 8 + ["12"] * 2,
    early_never=["1"] * 17 + ["2"] * 20 + ["12"] * 3 + [""] * 20,
    late_opens={3: 13, 4: 11, 5: 8}, after_opens={3: 0, 4: 1, 5: 1},
    clicks={1: 5, 2: 4, 3: 3, 4: 2, 5: 2}, after_clicks={1: 2, 2: 2, 3: 0, 4: 0, 5: 1},
    days_between=[13, 7, 3, 5, 11], touches=192,
    stuck=["borderline", "borderline", "borderline", "no_authority", "no_hurry", "small", "small", "small", "silent"],
    returned=2, wins={"linkedin": 9800, "email_sequence": 4300}, losses=1, visitors=6000, free_mail=2)


def ordinary(dice, year, month, days, leads):
    """A month outside the two cohorts: the same life in small, with no number to meet."""
    share = lambda percent: max(1, (leads * percent + dice.below(100)) // 100)
    sqo, sql, sal, mql, mel = share(4), share(8) - share(4), share(7), share(4), share(25)
    counts = [0, mel, mql, sal, max(1, sql), sqo]
    counts[0] = leads - sum(counts)
    sources = {name: [0] * 6 for name in SOURCES}
    regions = {name: [0] * 6 for name in REGIONS}
    for stage, count in enumerate(counts):
        for _ in range(count):
            weights = {"linkedin": 40, "email_sequence": 28, "facebook": 18, "google_search": 12}
            if stage == 0:
                weights.update(tiktok=3, referrals=2)
            sources[dice.weighted(weights)][stage] += 1
            regions[dice.weighted({"us_east": 62, "us_west": 16, "europe": 14, "israel": 8})][stage] += 1
    mels = sum(counts[1:])
    rest = mels - counts[5]
    mail = rest * 22 // 100
    after1, after2 = rest * 22 // 100, rest * 14 // 100
    steps = [dice.pick([3, 3, 4, 5]) for _ in range(mail)]
    both = counts[0] * 8 // 100
    ones, twos = counts[0] * 25 // 100, counts[0] * 22 // 100
    never = ["1"] * ones + ["2"] * twos + ["12"] * both
    readers = len(never)
    return Plan(
        prefix="r%02d%02d-" % (year % 100, month), year=year, month=month, days=days, seed=year * 100 + month,
        sources=sources, regions=regions, sqo_ways=["visits"] * counts[5],
        ways={"mail": mail, "after1": after1, "after2": after2, "visits": rest - mail - after1 - after2},
        mail_steps=steps, early_mail=[dice.pick(["1", "2", "12"]) for _ in steps], early_after2=["2"] * after2,
        early_never=never + [""] * (counts[0] - readers),
        late_opens={s: steps.count(s) + sum(1 for x in steps if x > s) // 3 + readers // 3 for s in (3, 4, 5)},
        after_opens={3: 0, 4: 0, 5: min(after1, 1)},
        clicks={s: steps.count(s) + (readers // 8 if s < 3 else 0) for s in range(1, 6)},
        after_clicks={1: 0, 2: 0, 3: 0, 4: 0, 5: 0}, days_between=[None] * 5,
        stuck=[dice.pick(["small", "no_authority", "no_hurry", "not_urgent", "silent"]) for _ in range(counts[3])],
        returned=counts[2] // 2, losses=0,
        wins={next(s for s in dice.shuffled(SOURCES) if sources[s][5]): 4000 + 100 * dice.below(60)},
        visitors=200)


# Year, month, days in which leads are captured, leads.
MONTHS = [(2025, 2, 28, 38), (2025, 3, 31, 44), (2025, 4, 30, 34), (2025, 5, 31, 42), (2025, 6, 30, 40),
          (2025, 7, 31, 36), (2025, 8, 31, 30), (2025, 9, 30, 40), (2025, 10, 31, 37), (2025, 11, 30, 48),
          (2025, 12, 14, 32), (2026, 2, 28, 52), (2026, 3, 31, 50), (2026, 4, 17, 26)]
