"""A lead, its account and the lines it leaves in the log."""

from times import local_day, rfc3339

POINTS = {"email_opened": 1, "email_clicked": 3, "page_viewed": 2, "demo_booked": 20}
TOUCHES = set(POINTS) | {"form_submitted", "intent_expressed"}
HEBREW_NAMES = ["נועה", "איתן", "מיכל", "יעל", "דוד", "תמר", "אורי", "שירה"]
NAMES = ["Alex", "Sam", "Robin", "Jordan", "Kim", "Chris", "Dana", "Lee"]


class Lead:
    def __init__(self, source, region, ends):
        self.source, self.region, self.ends = source, region, ends
        self.uid = self.anonymous = self.way = self.step = None
        self.marks = {}                 # stage -> moment of entry
        self.early = ""                 # which of mails 1-2 are opened
        self.sends = []                 # moments of mails 1..5
        self.opens, self.clicks = {}, {}
        self.late = set()               # which of mails 3-5 are opened
        self.account = None
        self.guest = False              # of an account that another lead brought
        self.answers = {}
        self.lines = []
        self.interest = []              # (moment, points)
        self.sessions = 0
        self.stuck = None

    # ---- the log ----

    def write(self, t, call, name=None, properties=None, traits=None, anonymous=False, group=False, context=None,
              **more):
        """One line. Moments of one lead differ, so that their order never depends on a tie."""
        taken = {line["t"] for line in self.lines}
        assert name is None or t not in taken or name not in ("report_downloaded", "lead_accepted", "intent_expressed")
        while t in taken:
            t += 1
        record = {"type": call}
        if call == "track":
            record["event"] = name
        elif call == "page":
            record["name"] = "page"
        if anonymous or call == "identify" and self.marks.get("MCL", 0) > t:
            record["anonymousId"] = self.anonymous
        if not anonymous:
            record["userId"] = self.uid
        if group:
            record["groupId"] = self.account.id
        record["messageId"] = "%s.%02d" % (self.uid, len(self.lines) + 1)
        record["timestamp"] = None
        if properties is not None:
            record["properties"] = properties
        if traits is not None:
            record["traits"] = traits
        if context:
            record["context"] = context
        event = "page_viewed" if call == "page" else name
        self.lines.append({"t": t, "event": event, "record": record, **more})
        if event in POINTS:
            self.interest.append((t, POINTS[event]))
        return t

    def track(self, t, name, properties=None, **more):
        return self.write(t, "track", name, properties or {}, **more)

    def identify(self, t, **traits):
        return self.write(t, "identify", traits=traits)

    def tell(self, t, **answers):
        """The answers known so far, old and new: a nested group is always sent whole."""
        self.answers.update(answers)
        return self.identify(t, answers=dict(self.answers))

    def group(self, t, traits):
        return self.write(t, "group", traits=traits, group=True)

    def session(self):
        self.sessions += 1
        return "%s-s%d" % (self.uid, self.sessions)

    def view(self, t, path, session, source=None, name=None, unknown=False):
        """A page view. Before the capture only the browser is known; later some come from the web script, some from the
        server, which knows the user."""
        context = {"campaign": {"source": source, "name": name}} if source else None
        script = unknown or (t // 7) % 5 < 2
        self.write(t, "page" if script else "track", None if script else "page_viewed",
                   {"path": path, "session": session}, anonymous=script, context=context)

    # ---- what the definition will make of it ----

    def touch_days(self, until):
        """Company days with something the lead did after the capture."""
        return {local_day("israel", line["t"]) for line in self.lines
                if line["event"] in TOUCHES and self.marks["MCL"] < line["t"] <= until}

    def score(self, t):
        """The sales score, close enough to choose data by."""
        today = local_day("israel", t)
        interest = sum(p * 0.5 ** ((today - local_day("israel", at)) / 30) for at, p in self.interest if at <= t)
        assert interest < 39, (self.uid, interest)
        traits = self.account.traits
        return ((20 if traits["employees"] >= 150 else 0) + (25 if self.answers.get("budget") == "yes" else 0)
                + min(15, 3 * traits["branches"].get("new_york", 0)) + interest)

    def top_score(self, start, until):
        """The highest score from a moment on: it only rises when the lead does something."""
        return max(self.score(t) for t in [start] + [at for at, _ in self.interest if start <= at <= until])


class Account:
    def __init__(self, id, name, region):
        self.id, self.name, self.region = id, name, region
        self.domain = "%s.example" % id
        self.traits = None              # None = nobody looked it up


def fit_tenths(traits):
    branches = traits.get("branches", {})
    return ((3 if traits.get("industry") == "saas" else 0) + (2 if 100 <= traits.get("employees", 0) <= 500 else 0)
            + (2 if "new_york" in branches and "new_jersey" in branches else 0) + (1 if traits.get("has_cdo") else 0)
            + (2 if traits.get("pricing") == "per_seat_monthly" else 0))


def home_branches(dice, region):
    area = {"us_west": "california", "europe": "germany", "israel": "tel_aviv", "us_east": "boston"}[region]
    return {area: dice.between(1, 4)}


def traits_of(dice, region, industry, employees, branches, has_cdo, pricing, pains):
    return {"industry": industry, "employees": employees,
            "revenue": {"amount": employees * dice.between(90, 160) * 1000, "currency": "USD"},
            "customers": dice.between(12, 90) * 100, "branches": {**branches, **home_branches(dice, region)},
            "has_cdo": has_cdo, "pricing": pricing, "pains": pains}


def qualified(dice, region, offices, small):
    """An account that fits: at least seven tenths of the weights."""
    employees = dice.between(105, 145) if small else dice.between(160, 480)
    branches = {"new_york": offices}
    if region == "us_east" or dice.chance(50):
        branches["new_jersey"] = dice.between(1, 3)
    near = "new_jersey" in branches
    pains = [["invoicing", "refunds"], ["invoicing"], ["support", "invoicing"], ["invoicing", "multi_currency"]]
    return traits_of(dice, region, "saas", employees, branches, dice.chance(80),
                     "per_seat_monthly" if not near or dice.chance(85) else "other", dice.pick(pains))


def anyone(dice, region):
    """An account as it comes."""
    employees = dice.weighted({dice.between(30, 98): 9, dice.between(101, 149): 14, dice.between(150, 500): 62,
                               dice.between(501, 2400): 15})
    branches = {"new_york": dice.between(1, 6)} if region == "us_east" and dice.chance(60) else {}
    if branches and dice.chance(40):
        branches["new_jersey"] = 1
    return traits_of(dice, region, dice.pick(["saas", "saas", "retail", "other"]), employees, branches, dice.chance(35),
                     dice.pick(["per_seat_monthly", "other"]),
                     dice.pick([["refunds"], ["invoicing"], [], ["support", "refunds"]]))


def unfit(dice, region, why):
    """An account of a lead that stays MEL, and its answers, by the reason it does."""
    if why == "profile":   # at most half of the weights: no match, whatever the answers
        employees = dice.pick([dice.between(60, 98), dice.between(150, 480)])
        traits = traits_of(dice, region, dice.pick(["retail", "other"]), employees, {}, dice.chance(50),
                           dice.pick(["per_seat_monthly", "other"]), ["invoicing"])
        return traits, {"budget": dice.pick(["yes", "unknown"]), "months": dice.between(3, 9)}, "cfo"
    if why == "questions": # fits, but at most two answers are yes
        traits = qualified(dice, region, dice.between(1, 5), False)
        if dice.chance(50):
            traits["pains"] = ["refunds"]
            return traits, {"budget": "yes", "months": dice.between(8, 18)}, "head_of_accounting"
        return traits, dice.pick([{"budget": "unknown"}, {"budget": "no", "months": 12}]), "cfo"
    # Fits and passes the questions, but the points stay below: 48 + 30, 42 + 30 or 36 + 40.
    traits = qualified(dice, region, 2, False)
    traits["branches"] = {**home_branches(dice, region), "new_york": 2}
    kinds = [(True, "per_seat_monthly"), (False, "per_seat_monthly"), (True, "other")]
    traits["has_cdo"], traits["pricing"] = dice.pick(kinds)
    if traits["pricing"] == "other":
        return traits, {"budget": "yes", "months": dice.between(3, 6)}, "cfo"
    return traits, dice.pick([{"budget": "yes", "months": dice.between(9, 15)}, {"budget": "no", "months": 4}]), "cfo"


def stamp(dice, line):
    """How senders write a moment: mostly UTC, some in their own zone, some with a fraction."""
    t = line["t"]
    if line.get("day"):
        return rfc3339(t)[:10]
    style = dice.below(100)
    if style < 3:
        return rfc3339(t, dice.pick([-5, 2]))
    return rfc3339(t)[:-1] + ".000Z" if style < 5 else rfc3339(t)
