// Puts arguments into a message of the catalogue. Patterns are the part of ICU's message format that catalogues use:
// {name}, and {n, plural, one{...} two{...} other{...}} in which # is the number.
import { count, type Lang } from "../../text/format";

export type Arguments = Record<string, string | number>;

/** From an opening brace to just after the one that closes it. */
function closing(pattern: string, from: number): number {
  let depth = 0;
  for (let i = from; i < pattern.length; i++) {
    if (pattern[i] === "{") depth++;
    if (pattern[i] === "}" && --depth === 0) return i + 1;
  }
  throw new Error(`a brace is not closed: ${pattern}`);
}

const said = (value: string | number) => (typeof value === "number" ? count(value) : value);

function choose(branches: string, n: number, lang: Lang): string {
  const rule = new Intl.PluralRules(lang).select(n);
  const found = new Map<string, string>();
  for (let i = branches.indexOf("{"), start = 0; i >= 0; i = branches.indexOf("{", start)) {
    const end = closing(branches, i);
    found.set(branches.slice(start, i).trim(), branches.slice(i + 1, end - 1));
    start = end;
  }
  const text = found.get(`=${n}`) ?? found.get(rule) ?? found.get("other");
  if (text === undefined) throw new Error(`no branch for ${n}: ${branches}`);
  return text.replaceAll("#", count(n));
}

export function message(pattern: string, args: Arguments, lang: Lang): string {
  let out = "";
  let at = 0;
  for (let i = pattern.indexOf("{"); i >= 0; i = pattern.indexOf("{", at)) {
    const end = closing(pattern, i);
    const [name, kind, branches] = pattern.slice(i + 1, end - 1).split(/,\s*(?=plural,|[^,]*\{)/, 3);
    out += pattern.slice(at, i) + argument(pattern, name!.trim(), kind, branches, args, lang);
    at = end;
  }
  return out + pattern.slice(at);
}

function argument(
  pattern: string,
  name: string,
  kind: string | undefined,
  branches: string | undefined,
  args: Arguments,
  lang: Lang,
): string {
  const value = args[name];
  if (value === undefined) throw new Error(`{${name}} is missing: ${pattern}`);
  if (kind === undefined) return said(value);
  const rest = branches ?? kind.replace(/^plural,\s*/, "");
  return message(choose(rest, Number(value), lang), args, lang);
}
