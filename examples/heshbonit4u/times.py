"""Dice, places and moments for make.py: everything that must come out the same on every machine and every day.

A moment is a whole number of seconds since 1970 UTC. Places have working days and a clock that changes in spring and
autumn; only the rules of 2025 and 2026 matter here.
"""

import calendar
import time

MINUTE, HOUR, DAY = 60, 3600, 86400
BASE_HOURS = {"israel": 2, "europe": 1, "us_east": -5, "us_west": -8}
# Days on which the company sends nothing beside Shabbat: the holidays of the two years.
HOLIDAYS = {"2025-04-13", "2025-04-19", "2025-06-02", "2025-09-23", "2025-09-24", "2025-10-02", "2025-10-07",
            "2025-10-14", "2026-04-02", "2026-04-08"}


class Dice:
    """A splitmix64 stream: the same numbers from the same seed in every version of Python."""

    def __init__(self, seed):
        self.state = seed

    def roll(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        return z ^ (z >> 31)

    def below(self, n):
        return (self.roll() >> 11) % n

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def chance(self, percent):
        return self.below(100) < percent

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, weights):
        """A key of a dictionary of whole-number weights."""
        left = self.below(sum(weights.values()))
        for key, weight in weights.items():
            left -= weight
            if left < 0:
                return key
        raise AssertionError

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def utc(year, month, day, hour=0, minute=0, second=0):
    return calendar.timegm((year, month, day, hour, minute, second))


def rfc3339(t, hours=0):
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t + hours * HOUR))
    return text + ("Z" if hours == 0 else "%+03d:00" % hours)


def date_text(day):
    return time.strftime("%Y-%m-%d", time.gmtime(day * DAY))


def sunday(year, month, nth):
    """The nth Sunday of a month, or the last when nth is -1, as a moment at 00:00 UTC."""
    weeks = [week[6] for week in calendar.monthcalendar(year, month) if week[6]]
    return utc(year, month, weeks[nth - 1 if nth > 0 else nth])


def summer(place, t):
    year = time.gmtime(t).tm_year
    if place == "israel":  # from the Friday before the last Sunday of March to the last Sunday of October, at 02:00
        return sunday(year, 3, -1) - 2 * DAY <= t < sunday(year, 10, -1) - HOUR
    if place == "europe":
        return sunday(year, 3, -1) + HOUR <= t < sunday(year, 10, -1) + HOUR
    base = -BASE_HOURS[place] * HOUR
    return sunday(year, 3, 2) + 2 * HOUR + base <= t < sunday(year, 11, 1) + HOUR + base


def offset(place, t):
    return (BASE_HOURS[place] + (1 if summer(place, t) else 0)) * HOUR


def local_day(place, t):
    """The place's date, as a count of days since 1970-01-01."""
    return (t + offset(place, t)) // DAY


def local_hour(place, t):
    return (t + offset(place, t)) % DAY / HOUR


def local_moment(place, day, seconds):
    t = day * DAY + seconds
    return t - offset(place, t - BASE_HOURS[place] * HOUR)


def weekday(day):
    """0 = Monday."""
    return (day + 3) % 7


def workday(place, day):
    return weekday(day) in ((6, 0, 1, 2, 3) if place == "israel" else (0, 1, 2, 3, 4))


def sendable(place, day):
    """A mail goes out on a working day of the reader, never from Friday to Shabbat's end and on no holiday."""
    return workday(place, day) and weekday(day) not in (4, 5) and date_text(day) not in HOLIDAYS


def on_workday(dice, place, day, low=10, high=16):
    """A random moment in the place's working hours, on the first working day from `day`."""
    while not workday(place, day):
        day += 1
    return local_moment(place, day, low * HOUR + dice.below((high - low) * HOUR))


def civil(place, low, high):
    """The moment nearest the middle of an interval at which people of the place are awake, else the middle."""
    middle = (low + high) // 2
    for step in range(0, (high - low) // 2 - 5 * MINUTE, 10 * MINUTE):
        for t in (middle + step, middle - step):
            if 8 <= local_hour(place, t) < 20 and workday(place, local_day(place, t)):
                return t
    return middle


def settle(dice, moments, total, allowed):
    """Moves moments by whole days, then all by some minutes, until their sum is exactly `total`.

    allowed(i, t) says whether the i-th may stand at t. The last correction is at most half a day shared among all.
    """
    moments = list(moments)
    for _ in range(200000):
        gap = total - sum(moments)
        if abs(gap) <= DAY // 2:
            break
        i = dice.below(len(moments))
        step = DAY if gap > 0 else -DAY
        t = next((moments[i] + step * n for n in range(1, 5) if allowed(i, moments[i] + step * n)), None)
        if t is not None:
            moments[i] = t
    else:
        raise AssertionError("no set of moments adds up")
    share, rest = divmod(gap, len(moments))
    return [t + share + (1 if i < rest else 0) for i, t in enumerate(moments)]
