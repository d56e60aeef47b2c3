// Small pieces that every table of the page is made of.
import type { ComponentChildren } from "preact";
import { usePage } from "../app/context";
import type { Interval } from "../report";
import * as format from "../text/format";
import { Num } from "../text/rich";
import { Name, StageDot } from "./primitives";

interface Head {
  text: ComponentChildren;
  kind?: string;
  /** Said, not shown: the column holds a picture. */
  silent?: boolean;
}

/** The heads of a table; a column that isn't there is false. */
export function Heads({ of }: { of: (Head | false)[] }) {
  return (
    <thead>
      <tr>
        {of.map(
          (head) =>
            head && (
              <th scope="col" class={head.kind}>
                {head.silent ? <span class="visually-hidden">{head.text}</span> : head.text}
              </th>
            ),
        )}
      </tr>
    </thead>
  );
}

export function Dash() {
  return <span class="muted">{format.NONE}</span>;
}

/** The interval of the number above it. */
export function RangeSub({ of, unit }: { of: Interval; unit: format.Unit }) {
  const { range } = usePage();
  return of === null ? null : (
    <span class="sub">
      <Num>{range(of, unit)}</Num>
    </span>
  );
}

/** A stage at the head of its row. */
export function StageHead({ stage }: { stage: string }) {
  const { isolate, stageLabel, stageShort } = usePage();
  const label = stageLabel(stage);
  const short = stageShort(stage);
  return (
    <th scope="row">
      <StageDot stage={stage} />
      <Name>{short}</Name> {label !== short && <span class="muted hide-s">{isolate(label)}</span>}
    </th>
  );
}

/** From one stage to another. */
export function Way({ from, to }: { from: string; to: string }) {
  const { stageShort } = usePage();
  return (
    <span class="Way">
      <bdi>{stageShort(from)}</bdi>{" "}
      <span class="flip" aria-hidden="true">
        →
      </span>
      <span class="visually-hidden">–</span> <bdi>{stageShort(to)}</bdi>
    </span>
  );
}
