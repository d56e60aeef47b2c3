// Numbers as people read them. Digits, signs and units are the same in both languages; the page isolates them
// (rich.tsx), so they are written left to right wherever they stand.
import type { Interval, Kpi } from "../report";

export type Lang = "he" | "en";
export type Unit = Kpi["unit"];

export const NONE = "—";
const MINUS = "−";

const grouped = (value: number, digits: number, fixed = 0) =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits: digits, minimumFractionDigits: fixed })
    .format(value)
    .replace("-", MINUS);

export const count = (value: number) => grouped(value, 0);

/** For narrow places, where the exact number is one tap away: 1.5M, 789K. */
export function short(value: number, from = 100_000, digits = 3): string {
  if (Math.abs(value) < from) return count(value);
  return new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: digits })
    .format(value)
    .replace("-", MINUS);
}

export const percent = (value: number) => `${grouped(value, 1, 1)}%`;

export const wholePercent = (value: number) => `${grouped(value, 0)}%`;

/** Days and ratios: one decimal when there is one. */
export const plain = (value: number) => grouped(value, 1);

export function money(value: number, currency: string): string {
  const digits = Math.abs(value) < 100 && !Number.isInteger(value) ? 2 : 0;
  return new Intl.NumberFormat("en-US", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  })
    .format(value)
    .replace("-", MINUS);
}

/** Writes a number with its sign: +0.3, −5, 0. */
export function signed(value: number, write: (value: number) => string): string {
  const text = write(Math.abs(value));
  return value > 0 ? `+${text}` : value < 0 ? MINUS + text : text;
}

/** About this many, to two significant digits: nobody needs 69,223 leads exactly. */
export function about(value: number): string {
  if (value < 100) return count(value);
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  return count(Math.round(value / step) * step);
}

export function inUnit(value: number | null, unit: Unit, currency: string): string {
  if (value === null) return NONE;
  switch (unit) {
    case "pct":
      return percent(value);
    case "count":
      return count(value);
    case "money":
      return money(value, currency);
    case "days":
    case "ratio":
      return plain(value);
  }
}

/** low–high; whole percents where the range is wide, because its decimals would promise too much. */
export function range(interval: Interval, unit: Unit, currency: string): string {
  if (interval === null) return NONE;
  const [low, high] = interval;
  if (unit === "money") return `${money(low, currency)}–${money(high, currency)}`;
  const digits = unit === "count" || (unit === "pct" && (low >= 10 || high - low >= 10)) ? 0 : 1;
  return `${grouped(low, digits)}–${grouped(high, digits)}${unit === "pct" ? "%" : ""}`;
}

export function day(iso: string, lang: Lang): string {
  const date = new Date(`${iso.slice(0, 10)}T12:00:00Z`);
  return new Intl.DateTimeFormat(lang === "he" ? "he-IL" : "en-GB", {
    day: "numeric",
    month: lang === "he" ? "numeric" : "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(date);
}

export function instant(iso: string, lang: Lang, zone: string): string {
  return new Intl.DateTimeFormat(lang === "he" ? "he-IL" : "en-GB", {
    day: "numeric",
    month: lang === "he" ? "numeric" : "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  }).format(new Date(iso));
}

/** A moment of these days: the day of the week and the hour. */
export function soon(iso: string, lang: Lang, zone: string): string {
  return new Intl.DateTimeFormat(lang === "he" ? "he-IL" : "en-GB", {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  }).format(new Date(iso));
}

/** "2026-01" as a short month, with its year when it is the first of the row or a January. */
export function month(code: string, lang: Lang): string {
  const date = new Date(`${code}-15T12:00:00Z`);
  return new Intl.DateTimeFormat(lang === "he" ? "he-IL" : "en-GB", { month: "short", timeZone: "UTC" }).format(date);
}
