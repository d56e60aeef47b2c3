#!/usr/bin/env python3
"""CRM exports as they are: HubSpot and Salesforce files, recognised by their headers, become a funnel.

usage: crm.py MASA
"""
import glob
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CASES = {
    "hubspot": {"lead": 28, "mql": 15, "sql": 10, "opportunity": 6, "won": 5},
    "salesforce": {"lead": 23, "converted": 3, "proposal": 2, "won": 2},
}


def main():
    masa, failed = os.path.abspath(sys.argv[1]), 0
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
    print("crm exports: %d passed, %d failed" % (2 * len(CASES) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
