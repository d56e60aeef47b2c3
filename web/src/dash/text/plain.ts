// What people read where a program keeps a value.

export interface YesNo {
  yes: string;
  no: string;
}

/** Yes and no in words, lists and maps without brackets; texts that hold such a value likewise. */
export function plain(value: unknown, words: YesNo): string {
  if (value === true || value === "true") return words.yes;
  if (value === false || value === "false") return words.no;
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.map((each) => plain(each, words)).join(", ");
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
