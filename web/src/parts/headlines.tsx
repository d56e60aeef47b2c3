// The headline cards: a number, its change with as much certainty as it has, and one line that says why so much or so
// little.
import type { Kpi } from "../report";
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import * as format from "../text/format";
import { words, type Pair } from "../text/words";
import { DeltaText, Dots, IntervalPair, Open } from "./primitives";

const overlaps = (a: Kpi["ci95"], b: Kpi["ci95"]) => a !== null && b !== null && a[0] <= b[1] && b[0] <= a[1];

/** The sentence under a card, made from the same figures that its peek lists. */
function useReason() {
  const { inUnit, range } = usePage();
  const fraction = (hits: number | null, n: number | null, value: number | null, unit: format.Unit) =>
    hits !== null && n !== null && unit !== "count" ? `${format.count(hits)}/${format.count(n)}` : inUnit(value, unit);

  return (kpi: Kpi): (Pair | Kpi["label"])[] => {
    const now = fraction(kpi.hits, kpi.n, kpi.value, kpi.unit);
    const before = fraction(kpi.compare_hits, kpi.compare_n, kpi.compare_value, kpi.unit);
    const out: (Pair | Kpi["label"])[] = [];
    if (kpi.change?.verdict === "noise") {
      out.push(overlaps(kpi.ci95, kpi.compare_ci95) ? words.whyNoise(now, before) : words.whyNoisePlain(now, before));
      if (kpi.change.n_to_tell !== null) out.push(words.whyTell(format.about(kpi.change.n_to_tell)));
    } else if (kpi.change?.verdict === "told") {
      const value = kpi.compare_value;
      const outside = kpi.ci95 !== null && value !== null && (value < kpi.ci95[0] || value > kpi.ci95[1]);
      out.push(
        outside
          ? words.whyTold(inUnit(value, kpi.unit), range(kpi.ci95, kpi.unit), now)
          : words.whyToldPlain(now, before),
      );
    } else if (kpi.n !== null && kpi.needs_more > 0) {
      out.push(words.whyThin(format.count(kpi.n), format.count(kpi.needs_more)));
    }
    if (kpi.change === null && kpi.ci95 !== null) out.push(words.rangeIs(range(kpi.ci95, kpi.unit)));
    if (kpi.note !== null) out.push(kpi.note);
    return out.length > 0 ? out : [kpi.formula];
  };
}

function HeadlineCard({ kpi }: { kpi: Kpi }) {
  const { report, show, inUnit } = usePage();
  const peeks = usePeeks();
  const reason = useReason();
  const dots = kpi.unit === "days" && kpi.needs_more > 0 && kpi.n !== null;
  return (
    <article class="Card HeadlineCard">
      <h3 class="label">{show(kpi.label)}</h3>
      <p class="value">
        {kpi.value === null ? (
          <span class="muted unit">{show(words.notMeasured)}</span>
        ) : (
          <Open peek={() => peeks.kpi(kpi)} n={kpi.n}>
            {inUnit(kpi.value, kpi.unit)}
          </Open>
        )}
        {kpi.unit === "days" && kpi.value !== null && <span class="unit">{show(words.daysUnit)}</span>}
      </p>
      <DeltaText
        change={kpi.change}
        unit={kpi.unit}
        better={kpi.better}
        value={kpi.value}
        before={kpi.compare_value}
        wordy
      />
      {dots ? (
        <Dots have={kpi.n!} need={report.settings.min_n} />
      ) : (
        kpi.value !== null &&
        kpi.ci95 && (
          <IntervalPair
            value={kpi.value}
            interval={kpi.ci95}
            before={kpi.compare_value}
            beforeInterval={kpi.compare_ci95}
          />
        )
      )}
      <p class="why">
        {reason(kpi).map((sentence) => (
          <>{show(sentence)} </>
        ))}
      </p>
    </article>
  );
}

export function Headlines() {
  const { report, say } = usePage();
  const cards = report.headline.cards.flatMap((code) => report.kpis.filter((kpi) => kpi.code === code));
  if (cards.length === 0) return null;
  return (
    <section class="Headlines" id="headline" aria-labelledby="headline-title" data-cards={cards.length}>
      <h2 class="visually-hidden" id="headline-title">
        {say(words.headlines)}
      </h2>
      {cards.map((kpi) => (
        <HeadlineCard kpi={kpi} key={kpi.code} />
      ))}
    </section>
  );
}
