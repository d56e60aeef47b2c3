// What people read where a program keeps a value.
import { money } from "../../text/format";

export interface YesNo {
  yes: string;
  no: string;
}

interface Money {
  amount: number | string;
  currency: string;
}

const isMoney = (value: unknown): value is Money =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).sort().join() === "amount,currency" &&
  Number.isFinite(Number((value as Money).amount)) &&
  /^[A-Z]{3}$/.test((value as Money).currency);

/** Yes and no in words, money as such, lists and maps without brackets; texts that hold such a value likewise. */
export function plain(value: unknown, words: YesNo): string {
  if (value === true || value === "true") return words.yes;
  if (value === false || value === "false") return words.no;
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.map((each) => plain(each, words)).join(", ");
  if (isMoney(value)) return money(Number(value.amount), value.currency);
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, each]) => `${name} ${plain(each, words)}`)
      .join(", ");
  const text = String(value);
  if (!/^[[{]/.test(text)) return text;
  try {
    return plain(JSON.parse(text), words);
  } catch {
    return text;
  }
}
