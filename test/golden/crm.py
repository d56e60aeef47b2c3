#!/usr/bin/env python3
"""CRM exports as they are: HubSpot and Salesforce files, recognised by their headers, become a funnel.

usage: crm.py MASA
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CASES = {
    "hubspot": {"lead": 28, "mql": 15, "sql": 10, "opportunity": 6, "won": 5},
    "salesforce": {"lead": 23, "converted": 3, "proposal": 2, "won": 2},
}


def one_company_twice(masa):
    """Two people's rows tell the same of their company, one of them with a date alone: no contradiction."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "contacts.csv")
        with open(path, "w", encoding="utf-8") as out:
            out.write("Record ID,Lifecycle Stage,Email,Company name,Industry,Create Date\n"
                      "1,Lead,a@a1.example,A1,RETAIL,2026-01-05 09:00\n2,Lead,b@a1.example,A1,RETAIL,2026-01-06\n")
        run = subprocess.run([masa, "report", "--definition", os.path.join(ROOT, "examples", "crm", "hubspot.yaml"),
                              "--format", "json", path], capture_output=True, check=True)
    quality = json.loads(run.stdout)["quality"]
    if quality["conflicts"] or quality["duplicates"] != 1:
        print("one company in two rows: %s" % quality)
        return 1
    return 0


def main():
    masa = os.path.abspath(sys.argv[1])
    failed = one_company_twice(masa)
    for name, wanted in CASES.items():
        folder = os.path.join(ROOT, "examples", "crm")
        definition = os.path.join(folder, name + ".yaml")
        files = sorted(set(glob.glob(os.path.join(folder, name + "-*"))))
        # The same export twice says nothing new (ruling 5).
        for given in (files, files + files):
            run = subprocess.run([masa, "report", "--definition", definition, "--format", "json", *given],
                                 capture_output=True)
            report = json.loads(run.stdout) if run.returncode == 0 else {"stages": [], "quality": {}}
            got = {row["stage"]: row["count"] for row in report["stages"]}
            if got != wanted or report["quality"].get("rejected") or report["quality"].get("conflicts"):
                failed += 1
                print("%s, %d files: got %s, wanted %s (exit %d, quality %s)\n%s" % (
                    name, len(given), got, wanted, run.returncode, report["quality"], run.stderr.decode()))
    print("crm exports: %d passed, %d failed" % (2 * len(CASES) + 1 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
