// The card that opens beside a number. One at a time; Escape, a click elsewhere or its own button closes it, and the
// focus goes back to the number it came from. On a phone it lies at the bottom of the screen.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { words } from "../text/words";
import { type Peek, usePage } from "./context";

interface PeekCardProps {
  peek: Peek;
  anchor: HTMLElement;
  onClose(giveBack: boolean): void;
}

const GAP = 8;

/** Below the number if there is room, else above it, and always inside the window and under the bar. */
function place(card: HTMLElement, anchor: HTMLElement) {
  const number = anchor.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const center = number.left + number.width / 2 - size.width / 2;
  const left = Math.min(Math.max(GAP, center), width - size.width - GAP);
  const bar = document.querySelector(".TopBar")?.getBoundingClientRect().bottom ?? 0;
  const below = number.bottom + GAP + size.height < window.innerHeight;
  const top = below ? number.bottom + GAP : Math.max(bar + GAP, number.top - GAP - size.height);
  return { left: left + window.scrollX, top: top + window.scrollY };
}

/** Escape closes and gives the focus back; a press elsewhere only closes. */
function useClosing(card: { current: HTMLElement | null }, { anchor, onClose }: Omit<PeekCardProps, "peek">) {
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") onClose(true);
    };
    const press = (event: PointerEvent) => {
      const target = event.target as Element;
      const inside = card.current!.contains(target) || anchor.contains(target);
      // The bar at the top changes how the page looks, not what is being read.
      if (!inside && !target.closest(".TopBar")) onClose(false);
    };
    document.addEventListener("keydown", key);
    document.addEventListener("pointerdown", press);
    return () => {
      document.removeEventListener("keydown", key);
      document.removeEventListener("pointerdown", press);
    };
  }, [card, anchor, onClose]);
}

function Facts({ peek }: { peek: Peek }) {
  const { report, show } = usePage();
  const { name, version } = report.definition;
  const rows: Peek["rows"] = [
    ...peek.rows,
    [
      words.period,
      <>
        {show(report.period.label)} · {show(report.basis === "cohort" ? words.cohort : words.flow)}
      </>,
    ],
    [words.definition, <bdi dir="ltr">{`${name} · ${version.slice(0, 6)}`}</bdi>],
  ];
  return (
    <dl>
      {rows.map(([label, content]) => (
        <>
          <dt>{show(label)}</dt>
          <dd>{content}</dd>
        </>
      ))}
    </dl>
  );
}

export function PeekCard({ peek, anchor, onClose }: PeekCardProps) {
  const { say } = usePage();
  const card = useRef<HTMLDivElement>(null);
  const [spot, setSpot] = useState({ left: 0, top: 0 });
  useLayoutEffect(() => setSpot(place(card.current!, anchor)), [peek, anchor]);
  useEffect(() => card.current!.focus({ preventScroll: true }), [peek]);
  useClosing(card, { anchor, onClose });
  return (
    <div
      ref={card}
      class="PeekCard"
      role="dialog"
      aria-labelledby="peek-title"
      tabIndex={-1}
      style={`left:${spot.left}px;top:${spot.top}px`}
    >
      <h2 id="peek-title">{peek.title}</h2>
      <Facts peek={peek} />
      <button type="button" class="Button quiet close" aria-label={say(words.close)} onClick={() => onClose(true)}>
        <svg width="14" height="14" viewBox="0 0 14 14" stroke="currentColor" stroke-width="1.6" aria-hidden="true">
          <path d="m3 3 8 8M11 3l-8 8" stroke-linecap="round" />
        </svg>
      </button>
    </div>
  );
}
