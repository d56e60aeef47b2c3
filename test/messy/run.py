#!/usr/bin/env python3
"""Files and commands as they come when somebody is in a hurry, and what masa says to them: the exit code, what stands
on standard error, what the report's data quality block tells.

usage: run.py MASA
"""
import gzip
import json
import os
import pty
import subprocess
import sys
import tempfile
import unittest

MASA = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "masa"
DEFINITION = """
masa: 1
company: { name: Messy, zone: Asia/Jerusalem, currency: USD }
events: { signed_up: {}, page_viewed: {} }
funnels: { f: { of: person, stages: { LEAD: { on: signed_up }, WARM: { on: page_viewed } } } }
report: { period: 2026-01 }
"""


def call(who, what, at, **more):
    return json.dumps({"type": "track", "event": what, "userId": who, "timestamp": at, **more}) + "\n"


class Messy(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write("d.yaml", DEFINITION)

    def write(self, name, content):
        with open(os.path.join(self.folder.name, name), "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())

    def masa(self, *arguments, code=0, **more):
        run = subprocess.run([MASA, *arguments], cwd=self.folder.name, capture_output=True, check=False, **more)
        self.assertEqual(run.returncode, code, run.stderr.decode())
        return run.stdout.decode(), run.stderr.decode()

    def report(self, *files, code=0):
        out, err = self.masa("report", "--definition", "d.yaml", "--format", "json", *files, code=code)
        return (json.loads(out) if out else None), err

    def says(self, err, *parts):
        for part in parts:
            self.assertIn(part, err)

    # ---- the command ----

    def test_what_is_missing_is_named(self):
        self.says(self.masa("report", "x.csv", code=2)[1], "which definition? --definition FILE")
        self.says(self.masa("facts", "--definition", "d.yaml", code=2)[1], "which files?")
        self.says(self.masa("--definition", "d.yaml", "report", code=2)[1], "the command comes first")
        self.says(self.masa("report", "--definition", "d.yaml", "--lang", "fr", "x", code=2)[1], "takes he | en, not")

    def on_a_terminal(self, *arguments, **environment):
        """What stands on standard error when that is a terminal."""
        main, other = pty.openpty()
        subprocess.run([MASA, *arguments], cwd=self.folder.name, stdout=subprocess.DEVNULL, stderr=other, check=False,
                       env={**os.environ, "TERM": "xterm", "NO_COLOR": "", **environment})
        os.close(other)
        said = b""
        try:
            while more := os.read(main, 65536):
                said += more
        except OSError:  # how Linux says that nobody writes any more
            pass
        os.close(main)
        return said.decode().replace("\r\n", "\n")

    def test_a_mistake_is_shown_in_its_line(self):
        self.write("d.yaml", DEFINITION.replace("page_viewed }", "page_viewd }"))
        said = self.on_a_terminal("check", "d.yaml", NO_COLOR="1")
        self.assertIn("d.yaml:5:76: there is no event `page_viewd`\n", said)
        line = "  funnels: { f: { of: person, stages: { LEAD: { on: signed_up }, WARM: { on: page_viewd } } } }\n"
        self.assertIn(line + " " * (2 + 75) + "^\n  did you mean `page_viewed`?\n", said)
        self.assertNotIn("\033", said)
        self.assertIn("\033[1;4mpage_viewd\033[0m", self.on_a_terminal("check", "d.yaml"))
        self.write("d.yaml", DEFINITION.replace("signed_up: {}", "signed_up: { he: הרשמה, tuch: false }"))
        said = self.on_a_terminal("check", "d.yaml", NO_COLOR="1")
        self.assertIn("tuch", said)
        self.assertNotIn("^", said)  # under letters from the right it would stand anywhere
        self.write("d.yaml", DEFINITION.replace("on: signed_up", "enter: { all: [ { did: signed_up }, person.ok ] }")
                   .replace("funnels", "traits: { person: { ok: bool } }\nfunnels"))
        self.assertIn("warning: after a win", self.on_a_terminal("check", "d.yaml", NO_COLOR="1"))

    def test_a_mistake_is_told_in_hebrew(self):
        self.write("d.yaml", DEFINITION.replace("page_viewed }", "page_viewd }"))
        # As people see it: what is set from right to left, and in it what is isolated.
        told = "d.yaml:5:76: \u2067אין אירוע בשם \u2066`page_viewd`\u2069\u2069 " \
               "[\u2067האם הכוונה ל־\u2066`page_viewed`\u2069?\u2069]\n"
        self.assertEqual(self.masa("check", "--lang", "he", "d.yaml", code=2)[1], told)
        hebrew = {**os.environ, "LC_ALL": "", "LC_MESSAGES": "", "LANG": "he_IL.UTF-8"}
        self.assertEqual(self.masa("check", "d.yaml", code=2, env=hebrew)[1], told)
        self.assertNotEqual(self.masa("check", "d.yaml", code=2, env={**hebrew, "LC_ALL": "C"})[1], told)
        self.assertNotEqual(self.masa("check", "--lang", "en", "d.yaml", code=2, env=hebrew)[1], told)
        said = self.on_a_terminal("check", "--lang", "he", "d.yaml", NO_COLOR="1")
        self.assertTrue(said.endswith("^\n  \u2067האם הכוונה ל־\u2066`page_viewed`\u2069?\u2069\nשגיאה אחת\n"), said)
        self.write("d.yaml", DEFINITION.replace("on: signed_up", "enter: { all: [ { did: signed_up }, person.ok ] }")
                   .replace("funnels", "traits: { person: { ok: bool } }\nfunnels"))
        self.assertIn("אזהרה: ", self.masa("check", "--lang", "he", "d.yaml")[1])

    # ---- nothing to count ----

    def test_no_event_is_no_report_of_1970(self):
        self.write("empty.csv", "")
        self.write("head.csv", "event,timestamp,userId\n")
        self.write("other.csv", "event,timestamp,userId\nlead_made,2026-01-05,p1\n")
        for name in ("empty.csv", "head.csv", "other.csv"):
            out, err = self.report(name, code=1)
            self.assertIsNone(out)
            self.says(err, "no event of a declared type was read", "--as-of DAY")
        self.says(err, "lead_made (1)", "until `events:` names them")
        out, _ = self.masa("report", "--definition", "d.yaml", "--format", "json", "--as-of", "2026-02-01", "empty.csv")
        self.assertEqual(json.loads(out)["stages"][0]["count"], 0)

    # ---- how a file was read ----

    def file(self, *wanted, content, name="in.csv", code=0):
        self.write(name, content)
        quality = self.report(name, code=code)[0]["quality"]
        got = quality["files"][0]
        self.assertEqual((got["name"], got["rows"], got["accepted"], got["rejected"]), (name, *wanted[:3]))
        self.assertEqual((got["format"], got["encoding"], got["separator"], got["mapping"]), wanted[3:])
        return quality

    def test_what_was_found_out_is_in_the_report(self):
        rows = "event;timestamp;userId\nsigned_up;2026-01-05;נועה\n\nsigned_up;2026-01-06;דן\n"
        self.file(2, 2, 0, "csv", "Windows-1255", "semicolon", "events", content=rows.encode("cp1255"))
        self.file(2, 2, 0, "csv", "UTF-16LE", "semicolon", "events", content=b"\xff\xfe" + rows.encode("utf-16-le"))
        self.file(2, 2, 0, "csv", "UTF-8", "tab", "events", content=rows.replace(";", "\t"))
        lines = "".join(call("p%d" % i, "signed_up", "2026-01-05T10:00:00Z") for i in range(9))
        quality = self.file(9, 9, 0, "ndjson", "UTF-8", None, None, content=gzip.compress(lines.encode()), name="x.gz")
        self.assertTrue(quality["files"][0]["gzip"])

    def test_the_files_together_are_the_whole(self):
        self.write("a.csv", "event,timestamp,userId\nsigned_up,2026-01-05,p1\nsigned_up,soon,p2\n")
        self.write("b.ndjson", call("p3", "signed_up", "2026-01-05T10:00:00Z") + "{\n" + "\n")
        quality = self.report("a.csv", "b.ndjson", code=3)[0]["quality"]
        for name in ("rows", "accepted", "rejected"):
            total = {"rows": 4, "accepted": 2, "rejected": 2}[name]
            self.assertEqual(sum(f[name] for f in quality["files"]), total, name)
        self.assertEqual((quality["accepted"], quality["rejected"]), (2, 2))

    def test_a_column_that_is_there_twice_is_said(self):
        self.write("in.csv", "event,timestamp,userId,event\nsigned_up,2026-01-05,p1,page_viewed\n")
        report, err = self.report("in.csv")
        self.says(err, "in.csv has column event twice: the first is read")
        self.assertEqual(report["quality"]["files"][0]["column_twice"], "event")

    # ---- what could not be read ----

    def test_rejected_rows_say_how_many_of_how_many_and_why(self):
        rows = "signed_up,2026-01-05,p1\nsigned_up,05/01/2026,p2\nsigned_up,,p3\n"
        self.write("in.csv", "event,timestamp,userId\n" + rows)
        report, err = self.report("in.csv", code=3)
        self.says(err, "2 of 3 rows rejected", "in.csv:3: 05/01/2026 (day or month first?", "1 x no timestamp")
        reasons = {r["code"]: r["text"]["he"] for r in report["quality"]["reasons"]}
        self.assertEqual(reasons, {"bad_time": "תאריך לא קריא", "no_time": "בלי תאריך"})
        text = [i["text"]["en"] for i in report["insights"] if i["code"] == "rejected_lines"]
        self.assertEqual(len(text), 1)
        self.says(text[0], "2 of 3 (66.7%)")

    def test_a_value_left_out_rejects_no_row(self):
        self.write("m.yaml", "mapping: 1\nname: own\nperson: Who\nrows:\n"
                   "  - { event: signed_up, at: Day, properties: { n: { column: N, as: number } } }\n")
        self.write("d.yaml", DEFINITION.replace("signed_up: {}", "signed_up: { properties: { n: int } }")
                   .replace("on: signed_up", "enter: { did: { signed_up: { n: 3 } } }"))
        self.write("in.csv", "Who,Day,N\np1,2026-01-05,many\np2,2026-01-05,3\np3,,3\np4,never,3\n")
        report, err = self.report("in.csv", "--mapping", "m.yaml", code=3)
        quality = report["quality"]
        self.says(err, "1 of 4 rows rejected; 1 values in 4 rows left out")
        self.assertEqual([quality[k] for k in ("accepted", "rejected", "left_out")], [2, 1, 1])
        self.assertEqual(quality["files"][0]["rejected"], 1)
        out = self.masa("import", "--db", "s.db", "--definition", "d.yaml", "--mapping", "m.yaml", "in.csv", code=3)[0]
        self.says(out, "accepted 2\n", "rejected 1\n", "values left out 1\n")

    def test_a_renamed_column_is_named(self):
        self.write("in.csv", "Record ID,Stage,Email,Create Date\n1,Lead,a@example.com,2026-01-05\n")
        self.says(self.report("in.csv", code=1)[1], "hubspot-contacts lacks `Lifecycle Stage`; rename a column")
        self.write("in.csv", "a,b,c\n1,2,3\n")
        self.assertNotIn("lacks", self.report("in.csv", code=1)[1])

    def test_what_a_named_mapping_lacks_is_named(self):
        self.write("m.yaml", "mapping: 1\nname: own\nmatch: [Deal No, Stage]\ndeal: Deal No\nrows:\n"
                   "  - { event: page_viewed, at: Day }\n")
        self.write("in.csv", "Deal Number,Stage,Day\n1,Won,2026-01-05\n")
        err = self.masa("report", "--definition", "d.yaml", "--mapping", "m.yaml", "in.csv", code=1)[1]
        self.says(err, "own lacks `Deal No`; rename a column")

    def test_a_mistake_at_an_anchor_is_told_once(self):
        self.write("m.yaml", "mapping: 1\nname: own\nperson: Who\nrows:\n"
                   "  - { event: signed_up, at: Day, properties: &p { n: { column: N, as: nmber } } }\n"
                   "  - { event: page_viewed, at: Day, properties: *p }\n")
        self.write("in.csv", "Who,Day,N\n1,2026-01-05,3\n")
        err = self.masa("report", "--definition", "d.yaml", "--mapping", "m.yaml", "in.csv", code=2)[1]
        self.assertEqual(err.count("nmber"), 1, err)

    def test_columns_a_mapping_names_in_vain_are_named(self):
        self.write("m.yaml", "mapping: 1\nname: own\nperson: Mail\nrows:\n"
                   "  - { event: signed_up, at: Day }\n  - { event: page_viewed, at: [Visit, Seen] }\n")
        self.write("in.csv", "mail,day\na@example.com,2026-01-05\n")
        err = self.masa("report", "--definition", "d.yaml", "--mapping", "m.yaml", "in.csv")[1]
        self.says(err, "in.csv lacks columns that mapping own names: Visit\n")
        self.write("in.csv", "mail,day,seen\na@example.com,2026-01-05,\n")
        self.assertEqual(self.masa("report", "--definition", "d.yaml", "--mapping", "m.yaml", "in.csv")[1], "")

    def test_a_broken_gzip_gives_what_came_before(self):
        lines = "".join(call("p%d" % i, "signed_up", "2026-01-05T10:00:00Z", messageId="m%d" % i) for i in range(9999))
        self.write("in.gz", gzip.compress(lines.encode())[:-2000])
        report, err = self.report("in.gz", code=3)
        self.says(err, "the file ends too early", "a copy that was cut short")
        self.assertGreater(report["stages"][0]["count"], 1000)
        self.assertEqual(report["quality"]["files"][0]["rejected"], report["quality"]["rejected"])

    def test_what_people_often_do_is_answered_with_what_to_do(self):
        self.write("in.csv", "event,timestamp,userId\nsigned_up,45670,p1\n")
        self.says(self.report("in.csv", code=1)[1], "45670 (a day number of a spreadsheet?")
        self.write("in.json", '{\n  "event": "signed_up",\n  "userId": "p1"\n}\n')
        self.says(self.report("in.json", code=1)[1], "spread over several lines", "jq -c")
        self.write("in", json.dumps({"event": "signed_up", "user": "p1", "time": "2026-01-05"}) + "\n")
        self.says(self.report("in", code=1)[1], "a log of another shape? --mapping FILE")
        self.write("in", call("p1", "signed_up", "2026-01-05") + call("p1", "page_viewed", "2099-12-31"))
        self.says(self.report("in")[1], "the latest event is of 2099-12-31", "leaves out what is later")
        self.assertEqual(self.masa("report", "--definition", "d.yaml", "--as-of", "2026-02-01", "in")[1], "")
        self.write("d.yaml", DEFINITION.replace("Asia/Jerusalem", "Asia/Jerusalm"))
        self.says(self.masa("check", "d.yaml", code=2)[1], "d.yaml:3:31:", "no time zone", "Asia/Jerusalem")

    # ---- lateness ----

    def test_late_is_known_only_where_arrivals_are(self):
        self.write("in", call("p1", "signed_up", "2026-01-31T10:00:00Z"))
        self.assertIsNone(self.report("in")[0]["quality"]["late"])
        self.write("in", call("p1", "signed_up", "2026-01-31T10:00:00Z", receivedAt="2026-01-31T11:00:00Z") +
                   call("p2", "signed_up", "2026-01-31T10:00:00Z", receivedAt="2026-02-01T11:00:00Z") +
                   call("p3", "signed_up", "2026-02-01T10:00:00Z", receivedAt="2026-02-03T11:00:00Z"))
        self.assertEqual(self.report("in")[0]["quality"]["late"], 1)

    # ---- machines ----

    def test_what_machines_made_is_counted_once_and_said(self):
        self.write("d.yaml", DEFINITION.replace("page_viewed: {}", "page_viewed: { burst: { times: 3, within: 5s } }"))
        said = call("p1", "signed_up", "2026-01-05T10:00:00Z", messageId="a", properties={"machine": True})
        burst = [call("p1", "page_viewed", "2026-01-06T10:00:0%dZ" % i, messageId="b%d" % i) for i in range(3)]
        agent = call("p2", "signed_up", "2026-01-05T10:00:00Z", context={"userAgent": "SomeBot/1.0"})
        self.write("in", said * 3 + "".join(burst) + agent + call("p3", "signed_up", "2026-01-05T10:00:00Z"))
        quality = self.report("in")[0]["quality"]
        self.assertEqual((quality["machine"], quality["accepted"], quality["duplicates"]), (5, 6, 2))

    # ---- people change their minds ----

    def test_a_lead_given_back_after_acceptance_is_counted_where_it_stood(self):
        self.write("d.yaml", """
masa: 1
company: { name: Messy, zone: UTC, currency: USD }
events: { signed_up: {}, demo_booked: {}, call_held: {} }
funnels:
  f:
    of: person
    stages:
      MEL: { on: signed_up }
      MQL: { on: demo_booked }
      SAL: { decided_by: sales, return_to: MEL }
      SQL: { on: call_held }
report: { period: 2026-01, compare: none }
""")
        decided = {"by": "rep1", "role": "sales"}
        self.write("in", "".join((
            call("p1", "signed_up", "2026-01-05T10:00:00Z"), call("p1", "demo_booked", "2026-01-06T10:00:00Z"),
            call("p1", "lead_accepted", "2026-01-07T10:00:00Z", properties=decided),
            call("p1", "lead_returned", "2026-01-08T10:00:00Z", properties={**decided, "reason": "no_budget"}))))
        report = self.report("in")[0]
        self.assertEqual((report["handoff"]["accepted"], report["handoff"]["returned"]), (1, 0))
        got = [(e["stage"], e["kind"], e["reason"], e["count"]) for e in report["exits"]]
        self.assertEqual(got, [("SAL", "returned", "no_budget", 1)])

    # ---- pipes ----

    # ---- some of them alone ----

    def test_a_report_of_some_says_of_whom(self):
        self.write("d.yaml", DEFINITION + """
dimensions: { source: { first_touch: context.campaign.source } }
audience: { all: [ 'person.size > 5' ] }
traits: { person: { size: int } }
""")
        at = "2026-01-05T09:00:00Z"
        self.write("in.ndjson", "".join(
            call(f"p{i}", "signed_up", at, context={"campaign": {"source": "ads" if i % 3 else "mail"}})
            for i in range(9)))

        def leads(*words):
            out = self.masa("report", "--definition", "d.yaml", "--format", "json", *words, "in.ndjson")[0]
            report = json.loads(out)
            return report["stages"][0]["count"], report["funnel"]["label"]["en"]

        self.assertEqual(leads(), (9, "f"))
        self.assertEqual(leads("--where", "source:ads"), (6, "f · source:ads"))
        self.assertEqual(leads("--where", "source:ads, source:mail"), (9, "f · source:ads, source:mail"))
        self.assertEqual(leads("--funnel", "f")[0], 9)
        refused = [(["--where", "sauce:ads"], 2, "no dimension sauce; did you mean source?"),
                   (["--where", "source"], 2, "not dimension:value"),
                   (["--where", "source:tv"], 1, "nobody is source:tv"), (["--segment", "rich"], 2, "has no rich"),
                   (["--segment", "audience"], 1, "nobody is audience"), (["--funnel", "g"], 2, "there is no funnel g")]
        for words, code, said in refused:
            self.says(self.masa("report", "--definition", "d.yaml", *words, "in.ndjson", code=code)[1], said)

    # ---- amounts ----

    def revenue(self, *files, code=0):
        report, err = self.report("spend.csv", *files, code=code)
        left_out = [i["text"]["en"] for i in report["insights"] if i["code"] == "other_currency"]
        return sum(c["revenue"] for c in report["channels"]), " ".join(left_out), err

    def test_amounts_keep_the_currency_they_came_in(self):
        won = "page_viewed: {}, deal_won: { of: deal, properties: { amount: money } } }"
        text = DEFINITION.replace("page_viewed: {} }", won)
        text = text.replace("of: person,", "of: person, credit: { deal: primary },")
        self.write("d.yaml", text + "dimensions: { source: { first_touch: context.campaign.source } }\n"
                   "channels: { by: source, revenue: deal_won.amount, credit: first touch }\n")
        self.write("spend.csv", "Month,Channel,Amount\n2026-01,ads,10\n")
        at, ads = "2026-01-05T09:00:00Z", {"campaign": {"source": "ads"}}
        people = "".join(call(f"p{i}@example.com", "signed_up", at, context=ads) for i in range(4))
        amounts = [{"amount": 100}, {"amount": 20, "currency": "eur"}, {"amount": {"amount": 3, "currency": "USD"}},
                   {"amount": "7 GBP"}]
        self.write("in.ndjson", people + "".join(
            call(f"p{i}@example.com", "deal_won", "2026-01-06T09:00:00Z", properties={"deal": f"d{i}", **amounts[i]})
            for i in range(4)))
        total, left_out, _ = self.revenue("in.ndjson")
        self.assertEqual(total, 103)
        self.says(left_out, "Revenue of 20 EUR, 7 GBP is not in USD")
        # The same of an export of HubSpot, where a column names the currency, and its sign is an amount's own.
        self.write("people.ndjson", people)
        head, row = "Record ID,Deal Stage,Deal Name,Amount,Currency,Close Date,Create Date,Associated Contact\n", (
            "{0},Closed Won,x,{1},{2},2026-01-06,2026-01-05,p{0} (p{0}@example.com)\n")
        self.write("deals.csv", head + row.format(0, '"$100.50"', "") + row.format(1, "20", "EUR") +
                   row.format(2, "€3", "") + row.format(3, "7", "crowns"))
        total, left_out, err = self.revenue("people.ndjson", "deals.csv", code=3)
        self.assertEqual(total, 100.5)
        self.says(left_out, "Revenue of 23 EUR is not in USD")
        self.says(err, "values in 9 rows left out, the rest of their rows used", "Currency: crowns")
        # The amount in the company's currency, where it is exported, counts for all.
        self.write("deals.csv", head.replace("Amount,", "Amount,Amount in company currency,") +
                   row.format(0, "100.50,100.50", "USD") + row.format(1, "20,22", "EUR"))
        self.assertEqual(self.revenue("people.ndjson", "deals.csv")[:2], (122.5, ""))

    # ---- what was read and says nothing ----

    def test_values_of_another_type_are_named(self):
        self.write("d.yaml", DEFINITION.replace("signed_up: {}", "signed_up: { properties: { step: int } }") +
                   "traits: { person: { role: { one_of: [cfo, other] } } }\n")
        at = "2026-01-05T09:00:00Z"
        who = [json.dumps({"type": "identify", "userId": f"p{i}", "timestamp": at, "traits": {"role": role}}) + "\n"
               for i, role in enumerate(("CFO", "boss", "boss", ""))]
        steps = [call(f"p{i}", "signed_up", at, properties={"step": step}) for i, step in enumerate((1, "two", None))]
        self.write("in.ndjson", "".join(who + steps))
        report, err = self.report("in.ndjson")
        wanted = [("identify.role", 2), ("signed_up.step", 1)]
        self.assertEqual([(v["name"], v["count"]) for v in report["quality"]["wrong_values"]], wanted)
        self.assertEqual(report["quality"]["wrong_type"], 3)
        self.says(err, "read as absent: identify.role (2), signed_up.step (1)")
        # A store says the same, whether its events are held in blocks or not.
        self.masa("import", "--db", "s.db", "--definition", "d.yaml", "in.ndjson")
        report = json.loads(self.masa("report", "--db", "s.db", "--format", "json")[0])
        self.assertEqual([(v["name"], v["count"]) for v in report["quality"]["wrong_values"]], wanted)

    def test_a_bad_value_is_told_once_and_by_its_column(self):
        self.write("contacts.csv", "Record ID,Email,Lifecycle Stage,Company name,Create Date,Became a Lead Date\n"
                   "1,a@one.example,lead,One,31/02/2026 10:00,13/01/2026 10:00\n")
        self.report("contacts.csv", "--rejects", "r.ndjson", "--as-of", "2026-02-01", code=3)
        with open(os.path.join(self.folder.name, "r.ndjson"), encoding="utf-8") as f:
            reasons = [json.loads(line)["reason"] for line in f]
        self.assertEqual(reasons, ["unreadable timestamp: Create Date: 31/02/2026 10:00"])

    def test_foreign_amounts_and_unnamed_conditions_are_shown_to_people(self):
        won = "page_viewed: {}, deal_won: { of: deal, properties: { amount: money } } }"
        text = DEFINITION.replace("page_viewed: {} }", won).replace("of: person,", "of: person, credit: { deal: all },")
        self.write("d.yaml", text + "traits: { account: { employees: int } }\n"
                   "audience: { all: [ account.employees >= 80 ] }\n"
                   "dimensions: { source: { first_touch: context.campaign.source } }\n"
                   "channels: { by: source, revenue: deal_won.amount }\n")
        self.write("spend.csv", "Month,Channel,Amount\n2026-01,ads,10\n")
        at = "2026-01-05T09:00:00Z"
        self.write("in.ndjson", call("p1", "signed_up", at)
                   + call("p1", "deal_won", at, properties={"deal": "d1", "amount": 264000, "currency": "EUR"}))
        report, _ = self.report("in.ndjson", "spend.csv")
        (text,) = [i["text"]["en"] for i in report["insights"] if i["code"] == "other_currency"]
        self.assertIn("264,000 EUR", text)
        (condition,) = report["audience"]["clauses"]
        self.assertIn("employees", condition["label"]["en"])
        self.assertIn("80", condition["label"]["he"])

    def test_an_event_of_no_deal_is_rejected_with_its_line(self):
        deals = "page_viewed: {}, deal_won: { of: deal, key: deal_id } }"
        self.write("d.yaml", DEFINITION.replace("page_viewed: {} }", deals))
        at = "2026-01-05T09:00:00Z"
        self.write("in.ndjson", call("p1", "signed_up", at) + call("p1", "deal_won", at, properties={"deal": "d1"}) +
                   call("p1", "masa:merge", at) + call("p1", "deal_won", at, properties={"deal_id": "d1"}))
        report, err = self.report("in.ndjson", "--rejects", "bad.ndjson", code=3)
        self.says(err, "2 of 4 rows rejected; written to bad.ndjson",
                  "in.ndjson:2: deal_won, of a deal, without properties.deal_id")
        self.assertEqual((report["quality"]["accepted"], report["quality"]["rejected"]), (2, 2))
        self.assertEqual([r["code"] for r in report["quality"]["reasons"]], ["no_key"])
        with open(os.path.join(self.folder.name, "bad.ndjson"), encoding="utf-8") as bad:
            self.assertEqual([json.loads(line)["line"] for line in bad], [2, 3])
        # A store keeps what a later definition may understand, and says how much says nothing under this one.
        self.masa("import", "--db", "s.db", "--definition", "d.yaml", "in.ndjson")
        report = json.loads(self.masa("report", "--db", "s.db", "--format", "json")[0])
        self.assertEqual(report["quality"]["rejected"], 2)

    def test_rejected_rows_are_told_in_hebrew_beside_the_english(self):
        self.write("in.ndjson", call("p1", "signed_up", "05/01/2026") + call("p1", "sang", "2026-01-05T09:00:00Z") +
                   '{"a":1,}\n')
        _, err = self.masa("import", "--db", "s.db", "--definition", "d.yaml", "--lang", "he", "in.ndjson", code=3)
        plain = "".join(c for c in err if c not in "\u2066\u2067\u2069")
        self.says(plain, "masa: נדחו 2 מתוך 3 שורות; הן כתובות בקובץ `s.db.rejects.ndjson`\n",
                  "1 × השורה אינה JSON תקין (לראשונה: `in.ndjson:3`: כאן צריך לבוא מפתח במירכאות)\n")
        with open(os.path.join(self.folder.name, "s.db.rejects.ndjson"), encoding="utf-8") as bad:
            rows = [json.loads(line) for line in bad]
        self.assertEqual([row["reason_he"] for row in rows],
                         ["תאריך לא קריא: 05/01/2026 (יום קודם או חודש קודם? כתבו במיפוי `dates: DD/MM/YYYY`)",
                          "השורה אינה JSON תקין: כאן צריך לבוא מפתח במירכאות"])
        self.masa("import", "--db", "t.db", "--definition", "d.yaml", "--lang", "en", "in.ndjson", code=3)
        with open(os.path.join(self.folder.name, "t.db.rejects.ndjson"), encoding="utf-8") as bad:
            english = [json.loads(line) for line in bad]
        self.assertEqual(english, [{k: v for k, v in row.items() if k != "reason_he"} for row in rows])
        self.write("m.yaml", "mapping: 1\nname: own\nrowz: []\nperson: Email\n")
        err = self.masa("report", "--definition", "d.yaml", "--mapping", "m.yaml", "--lang", "he", "in.ndjson",
                        code=2)[1]
        self.says(err, "m.yaml:3:1: \u2067מפתח לא מוכר: \u2066`rowz`\u2069\u2069 [\u2067האם הכוונה ל־\u2066`rows`")

    def test_what_counts_for_nothing_is_in_the_report(self):
        self.write("d.yaml", DEFINITION.replace("signed_up: {}", "signed_up: { properties: { seats: int } }")
                   .replace("page_viewed: {}", "page_viewed: {}, deal_lost: { of: deal, outcome: true }")
                   .replace("person,", "person, credit: { deal: primary }, exits: { lost: { on: deal_lost } },"))
        at = "2026-01-05T09:00:00Z"
        self.write("in.ndjson", call("p1", "signed_up", at, properties={"seats": "many"}) + call("p1", "scrolled", at) +
                   call("p2", "scrolled", at) + call("p2", "sang", at) + json.dumps(
                       {"type": "track", "event": "deal_lost", "timestamp": at, "properties": {"deal": "d9"}}) + "\n")
        quality = self.report("in.ndjson")[0]["quality"]
        self.assertEqual([quality[name] for name in ("accepted", "undeclared", "unrelated")], [2, 3, 1])
        self.assertEqual(quality["undeclared_events"],
                         [{"event": "scrolled", "count": 2}, {"event": "sang", "count": 1}])
        out = self.masa("report", "--definition", "d.yaml", "--lang", "en", "in.ndjson")[0]
        self.says(out, "3 are of types the definition does not declare, and count for nothing: scrolled (2), sang (1).",
                  "1 outcomes of deals reach nobody")

    def test_whom_nothing_is_known_of_is_not_unfit(self):
        self.write("d.yaml", DEFINITION + """
traits: { person: { size: int, role: { one_of: [cfo, other] } } }
icp: { ideal: { size: { when: person.size >= 50, weight: 2 }, role: { when: person.role == "cfo" }, match_at: 60% } }
""")
        at = "2026-01-05T09:00:00Z"
        sizes = [100, None, 10]  # of each third: fits, may fit, can't fit

        def lines(which):
            return "".join(call(f"p{i}", "signed_up", at) + json.dumps(
                {"type": "identify", "userId": f"p{i}", "timestamp": at, "traits": {"size": sizes[which(i)]}}) + "\n"
                for i in range(60))

        self.write("known.ndjson", lines(lambda i: i % 3))
        causes = self.report("known.ndjson")[0]["weakest"]["causes"]
        self.assertEqual([c["evidence"]["n"] for c in causes if c["code"] == "offer_off_profile"], [40])
        self.write("unknown.ndjson", lines(lambda i: 1))
        report = self.report("unknown.ndjson")[0]
        self.assertNotIn("offer_off_profile", [c["code"] for c in report["weakest"]["causes"]])
        self.assertNotIn("refresh_offer", [a["code"] for a in report["actions"]])

    def test_pipes_are_files(self):
        lines = (call("p1", "signed_up", "2026-01-05T10:00:00Z") * 3).encode()
        for name in ("-", "/dev/stdin"):
            out, _ = self.masa("report", "--definition", "d.yaml", "--format", "json", name, input=lines)
            self.assertEqual(json.loads(out)["stages"][0]["count"], 1)
        self.says(self.report(".", code=1)[1], "is a directory: name the files in it")


if __name__ == "__main__":
    unittest.main(verbosity=1)
