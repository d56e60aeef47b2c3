// A text with line numbers and its errors marked where they stand. The text is a plain textarea, so that every key,
// screen reader and spelling tool works; the marks lie behind it, letter on letter.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Problem } from "../api";
import { useApp } from "../app";

interface EditorProps {
  value: string;
  problems: Problem[];
  onInput(value: string): void;
  readOnly?: boolean;
}

interface Piece {
  text: string;
  wrong: boolean;
}

/** A line cut where problems begin and end; one without an end reaches to the end of the line. */
export function piecesOf(line: string, problems: Problem[]): Piece[] {
  const cuts = new Set([0, line.length]);
  const spans = problems.map(({ column, end_column }) => {
    const from = Math.min(Math.max(0, column - 1), Math.max(0, line.length - 1));
    const to = Math.max(from + 1, Math.min(line.length, (end_column ?? line.length + 1) - 1));
    cuts.add(from).add(to);
    return { from, to };
  });
  const places = [...cuts].filter((cut) => cut <= line.length).sort((a, b) => a - b);
  return places.slice(0, -1).map((from, i) => ({
    text: line.slice(from, places[i + 1]),
    wrong: spans.some((span) => span.from <= from && from < span.to),
  }));
}

/** Sets the caret at a line and column and brings it into sight. */
export function goTo(area: HTMLTextAreaElement, line: number, column: number) {
  const lines = area.value.split("\n");
  const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + Math.max(0, column - 1);
  area.focus();
  area.setSelectionRange(at, at);
  const height = area.scrollHeight / Math.max(1, lines.length);
  area.scrollTop = Math.max(0, (line - 4) * height);
}

function Marks({ lines, problems }: { lines: string[]; problems: Problem[] }) {
  const byLine = grouped(problems);
  return (
    <>
      {lines.map((line, i) => {
        const here = byLine.get(i + 1);
        if (!here) return `${line}\n`;
        return (
          <>
            {piecesOf(line, here).map((piece) => (piece.wrong ? <mark>{piece.text}</mark> : piece.text))}
            {"\n"}
          </>
        );
      })}
    </>
  );
}

function grouped(problems: Problem[]): Map<number, Problem[]> {
  const found = new Map<number, Problem[]>();
  for (const problem of problems) found.set(problem.line, [...(found.get(problem.line) ?? []), problem]);
  return found;
}

export function Editor({ value, problems, onInput, readOnly = false }: EditorProps) {
  const { say } = useApp();
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const marks = useRef<HTMLPreElement>(null);
  const lines = value.split("\n");
  const wrong = new Set(problems.map(({ line }) => line));
  const follow = () => {
    const { scrollTop, scrollLeft } = area.current!;
    gutter.current!.scrollTop = scrollTop;
    marks.current!.scrollTop = scrollTop;
    marks.current!.scrollLeft = scrollLeft;
  };
  useLayoutEffect(follow, [value, problems]);
  return (
    <div class="Editor" dir="ltr">
      <div class="gutter" ref={gutter} aria-hidden="true">
        {lines.map((_, i) => (
          <span class={wrong.has(i + 1) ? "wrong" : ""}>{i + 1}</span>
        ))}
      </div>
      <div class="paper">
        <pre ref={marks} aria-hidden="true">
          <Marks lines={lines} problems={problems} />
        </pre>
        <textarea
          id="definition-text"
          ref={area}
          value={value}
          readOnly={readOnly}
          spellcheck={false}
          autocapitalize="off"
          wrap="off"
          aria-label={say("definition.text")}
          aria-invalid={problems.length > 0}
          aria-describedby="definition-problems"
          onInput={(event) => onInput((event.target as HTMLTextAreaElement).value)}
          onScroll={follow}
        />
      </div>
    </div>
  );
}
