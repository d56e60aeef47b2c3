// The card that opens beside a number. One at a time; Escape, a click elsewhere or its own button closes it, and the focus goes
// back to the number it came from. On a phone it lies at the bottom of the screen.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { type Peek, usePage } from "./context";

interface PeekCardProps { peek: Peek; anchor: HTMLElement; onClose(giveBack: boolean): void }

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

export function PeekCard({ peek, anchor, onClose }: PeekCardProps) {
  const { report, show, say } = usePage();
  const card = useRef<HTMLDivElement>(null);
  const [spot, setSpot] = useState({ left: 0, top: 0 });

  useLayoutEffect(() => { setSpot(place(card.current!, anchor)); }, [peek, anchor]);
  useEffect(() => { card.current!.focus({ preventScroll: true }); }, [peek]);
  useEffect(() => {
    const key = (event: KeyboardEvent) => { if (event.key === "Escape") onClose(true); };
    const press = (event: PointerEvent) => {
      // The bar at the top changes how the page looks, not what is being read.
      const target = event.target as Element;
      if (!card.current!.contains(target) && !anchor.contains(target) && !target.closest(".TopBar")) onClose(false);
    };
    document.addEventListener("keydown", key);
    document.addEventListener("pointerdown", press);
    return () => {
      document.removeEventListener("keydown", key);
      document.removeEventListener("pointerdown", press);
    };
  }, [anchor, onClose]);

  return (
    <div ref={card} class="PeekCard" role="dialog" aria-labelledby="peek-title" tabIndex={-1} style={`left:${spot.left}px;top:${spot.top}px`}>
      <h2 id="peek-title">{peek.title}</h2>
      <dl>
        {peek.rows.map(([label, content]) => <><dt>{show(label)}</dt><dd>{content}</dd></>)}
        <dt>{show(words.period)}</dt>
        <dd>{show(report.period.label)} · {show(report.basis === "cohort" ? words.cohort : words.flow)}</dd>
        <dt>{show(words.definition)}</dt>
        <dd><bdi dir="ltr"><Num>{`${report.definition.name} · ${report.definition.version.slice(0, 6)}`}</Num></bdi></dd>
      </dl>
      <button type="button" class="Button quiet close" aria-label={say(words.close)} onClick={() => onClose(true)}>
        <svg width="14" height="14" viewBox="0 0 14 14" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" aria-hidden="true"><path d="m3 3 8 8M11 3l-8 8" /></svg>
      </button>
    </div>
  );
}
