#!/usr/bin/env python3
"""Several funnels in one definition: a report on each says its own numbers, against its own targets, and nothing
of what was said for another.

usage: run.py MASA
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

MASA = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "masa"
DEFINITION = """
masa: 1
company: { name: Several, zone: UTC, currency: USD, workdays: [monday, tuesday, wednesday, thursday, friday] }
events:
  came: {}
  asked: {}
  mail_sent: { properties: { n: int } }
  opened: { of: deal, properties: { size: money } }
  shown: { of: deal }
  won: { of: deal, outcome: true, properties: { amount: money } }
  lost: { of: deal, outcome: true }
traits: { deal: { size: money } }
signals:
  asks: { did: asked }
  team_asks: { of: account, members: { sum: asks } }
dimensions:
  source: { first_touch: context.campaign.source }
  amount: { of: deal, value: deal.size, bands: [1000, 5000] }
funnels:
  people:
    credit: { deal: all }
    stages: { CAME: { on: came }, ASKED: { on: asked } }
  deals:
    of: deal
    stages:
      OPEN: { en: open, he: פתוחה, on: opened }
      SHOWN: { en: shown, he: הוצגה, on: shown, sla: 3 business days }
      WON: { en: won, he: נסגרה, on: won, carries: true }
    exits: { lost: { on: lost } }
  firms:
    of: account
    stages:
      KNOWN: { enter: { when: account.contacts >= 1 }, again: by hand }
      ASKING: { enter: { when: signals.team_asks >= 2 } }
kpis:
  landing: { rate: visitor > ASKED, visitor: { did: came } }
  CAME>ASKED: { failing: 90%, days: 2 }
  OPEN>SHOWN: { good: 60% }
  SHOWN>WON: { wanted: [25%, 45%] }
  firms.KNOWN>ASKING: { good: 30% }
sequence: { sent: mail_sent, step: n, until: ASKED }
channels: { by: source, spend: spend.csv, revenue: won.amount }
report: { funnel: people, period: 2026-01, compare: none, as_of: 2026-03-01, min_n: 1 }
"""
SPEND = "month,channel,amount\n2026-01,ads,500\n"


class Several(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.lines = []
        for i, (size, days, end) in enumerate(
                [(400, 2, "won"), (1000, 4, "won"), (4999, 9, "lost"), (5000, None, None), (None, None, "lost")]):
            deal = {"deal": f"d{i}"}
            cls.call("opened", f"2026-01-0{i + 5}T10:00:00Z", deal | ({"size": size} if size else {}), userId="p1")
            if days:
                cls.call("shown", f"2026-01-{i + 5 + days:02}T10:00:00Z", deal)
            if end:
                cls.call(end, f"2026-02-0{i + 1}T10:00:00Z", deal | ({"amount": 100 * (i + 1)} if end == "won" else {}))
        cls.call("opened", "2026-01-09T11:00:00Z", {"deal": "d5", "size": 400}, userId="p2")
        cls.call("shown", "2026-01-10T11:00:00Z", {"deal": "d5"})
        cls.call("won", "2026-02-09T10:00:00Z", {"deal": "d5", "amount": 700, "currency": "EUR"})
        for i in range(1, 5):
            who = {"userId": f"p{i}", "context": {"groupId": f"a{i // 3}", "campaign": {"source": "ads"}}}
            cls.call("came", f"2026-01-0{i}T08:00:00Z", {}, **who)
            cls.call("asked", f"2026-01-1{i}T08:00:00Z", {}, **who)
        cls.call("came", "2025-01-07T08:00:00Z", {}, userId="p0")
        cls.call("asked", "2026-01-20T08:00:00Z", {}, userId="p0")
        cls.write("d.yaml", DEFINITION.replace(" spend: spend.csv,", ""))
        cls.write("e.ndjson", "".join(cls.lines))
        cls.write("spend.csv", SPEND)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def call(cls, event, at, properties, **more):
        line = {"type": "track", "event": event, "timestamp": at, "properties": properties, **more}
        cls.lines.append(json.dumps(line) + "\n")

    @classmethod
    def write(cls, name, text):
        with open(os.path.join(cls.folder.name, name), "w", encoding="utf-8") as f:
            f.write(text)

    def report(self, *more):
        command = [MASA, "report", "--definition", "d.yaml", *more, "e.ndjson", "spend.csv"]
        run = subprocess.run(command, cwd=self.folder.name, capture_output=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr.decode())
        return run.stdout.decode()

    def numbers(self, funnel, *more):
        return json.loads(self.report("--format", "json", "--funnel", funnel, *more))

    def stages(self, report):
        return [(s["stage"], s["count"]) for s in report["stages"]]

    def test_the_funnel_that_the_definition_reports_on(self):
        report = self.numbers("people")
        self.assertEqual(self.stages(report), [("CAME", 4), ("ASKED", 4)])
        self.assertEqual(report["transitions"][0]["sla_days"], 2)
        self.assertEqual([c["source"] for c in report["channels"]], ["ads"])
        self.assertIn("landing_conversion", [k["code"] for k in report["kpis"]])

    def test_by_flow_the_earlier_period_cuts_nothing(self):
        late = self.numbers("people", "--basis", "flow", "--compare", "a year earlier")
        self.assertEqual(self.stages(late), [("CAME", 4), ("ASKED", 5)])
        self.assertEqual([s["compare_count"] for s in late["stages"]], [1, 0])
        same_age = self.numbers("people", "--compare", "a year earlier")  # cohorts are compared at one age
        self.assertEqual([s["compare_count"] for s in same_age["stages"]], [1, 0])

    def test_a_funnel_of_deals_is_measured_by_itself(self):
        for basis in "cohort", "flow":
            report = self.numbers("deals", "--basis", basis)
            self.assertEqual(self.stages(report), [("OPEN", 6), ("SHOWN", 4)])
            first = report["transitions"][0]
            self.assertEqual((first["bands"]["good"], first["bands"]["failing"]), (60, None))
            self.assertEqual((first["sla_days"], first["sla_business"]), (3, True))
            codes = [k["code"] for k in report["kpis"]]
            self.assertIn("SHOWN>WON", codes)
            self.assertEqual([c for c in codes if "mail" in c or "open_rate" in c or "cost" in c or "landing" in c], [])

    def test_channels_of_people_say_nothing_of_deals(self):
        report = self.numbers("deals")
        self.assertEqual((report["channels"], report["sequence"]), ([], []))
        self.assertEqual([x for x in report["insights"] + report["actions"] if "channel" in x["code"]], [])
        codes = [i["code"] for i in report["insights"]]
        self.assertIn("other_currency", codes)  # the euros of a third deal
        self.assertNotIn("no_mails", codes)
        self.assertIn("no_mails", [i["code"] for i in self.numbers("people")["insights"]])
        won = [o for o in report["outcomes"] if o["code"] == "WON"]
        self.assertEqual([(o["count"], o["revenue"]) for o in won], [(3, 300)])

    def test_working_days_are_called_so(self):
        self.assertIn("3 business days", self.report("--funnel", "deals", "--lang", "en").split("Transitions")[1])
        self.assertIn("ימי עסקים", self.report("--funnel", "deals", "--lang", "he").split("המעברים")[1])

    def test_only_dimensions_of_what_is_counted_show(self):
        self.assertEqual([d["name"] for d in self.numbers("people")["dimensions"]], ["source"])
        report = self.numbers("deals")
        self.assertEqual([d["name"] for d in report["dimensions"]], ["amount"])
        self.assertEqual(list(report["breakdowns"]), ["amount"])
        self.assertNotIn("first_touch", self.report("--funnel", "deals", "--format", "csv"))

    def test_a_stage_that_is_a_word_is_said_as_one(self):
        text = self.report("--funnel", "deals", "--lang", "en")
        self.assertIn("of 6 deals", text)
        self.assertIn("open → shown", text)

    def test_amounts_are_grouped_by_borders(self):
        rows = self.numbers("deals")["breakdowns"]["amount"]
        counts = {row["value"]: row["counts"]["OPEN"] for row in rows}
        self.assertEqual(counts, {"<1000": 2, "1000-5000": 2, "5000+": 1, "unknown": 1})
        self.assertIn("1,000–5,000", self.report("--funnel", "deals", "--lang", "en"))

    def test_a_funnel_of_companies(self):
        report = self.numbers("firms")
        self.assertEqual(self.stages(report), [("KNOWN", 2), ("ASKING", 2)])
        self.assertEqual(report["transitions"][0]["bands"]["good"], 30)
        self.assertEqual(report["channels"], [])

    def test_every_form_of_every_funnel(self):
        for funnel in "people", "deals", "firms":
            for form in "terminal", "csv", "html", "json":
                for language in "he", "en":
                    self.assertTrue(self.report("--funnel", funnel, "--format", form, "--lang", language))


if __name__ == "__main__":
    unittest.main()
