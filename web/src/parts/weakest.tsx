// The weakest transition: what it is, what may cause it by strength of evidence, and what a better rate would bring.
import { useState } from "preact/hooks";
import { usePage } from "../app/context";
import { usePeeks } from "../app/peeks";
import { asPeople, outcomes } from "../math/what-if";
import * as format from "../text/format";
import type { Weakest } from "../text/names";
import { Num } from "../text/rich";
import { words } from "../text/words";
import { Block } from "./block";
import { BandPill, Gauge, Open, Over } from "./primitives";

function Finding({ weakest }: { weakest: Weakest }) {
  const { report, show, stageShort, inUnit, range } = usePage();
  const peeks = usePeeks();
  const transition = report.transitions.find((each) => each.from === weakest.from && each.to === weakest.to);
  if (!transition) return null;
  const { second_weakest: second, slowest } = report;
  return (
    <div>
      <p class="small muted">{show(words.ofThose(stageShort(weakest.from)))}</p>
      <p class="big">
        <Open peek={() => peeks.transition(transition)} n={transition.n}>
          {inUnit(transition.rate_pct, "pct")}
        </Open>
        <BandPill band={transition.band} support={transition.support} needs={transition.needs_more} />
      </p>
      <Gauge
        value={transition.rate_pct}
        interval={transition.ci95}
        bands={transition.bands}
        thin={transition.support === "none"}
      />
      <p class="small soft-text">{show(weakest.text)}</p>
      <dl class="NumberPeek">
        <dt>{show(words.formula)}</dt>
        <dd>
          <Num>{`${format.count(transition.hits)} ÷ ${format.count(transition.n)}`}</Num> ·{" "}
          <Over of={stageShort(transition.to)} by={stageShort(transition.from)} />
        </dd>
        <dt>{show(words.interval)}</dt>
        <dd>
          <Num>{range(transition.ci95, "pct")}</Num> · <Num>{`${report.settings.confidence_pct}%`}</Num>
        </dd>
        <dt>{show(words.chosen)}</dt>
        <dd>{show(weakest.rule === "failing_band" ? words.ruleFailing : words.ruleLowest)}</dd>
        {second && (
          <>
            <dt>{show(words.next)}</dt>
            <dd>{show(words.fromTo(stageShort(second.from), stageShort(second.to)))}</dd>
          </>
        )}
        {slowest && (
          <>
            <dt>{show(words.slowest)}</dt>
            <dd>
              {show(words.fromTo(stageShort(slowest.from), stageShort(slowest.to)))},{" "}
              {show(words.days(format.plain(slowest.mean_days), slowest.mean_days === 1))}
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}

function Causes({ weakest }: { weakest: Weakest }) {
  const { show, say } = usePage();
  return (
    <div>
      <h3>
        {show(words.causes)} <span class="muted small plain">· {show(words.byStrength)}</span>
      </h3>
      {weakest.causes.length === 0 && <p class="small muted">{show(words.noCauses)}</p>}
      <ol class="CauseList">
        {weakest.causes.map((cause) => (
          <li key={cause.code}>
            <span class="weight" role="img" aria-label={say(words.strength(cause.strength))}>
              {[1, 2, 3].map((step) => (
                <i class={step <= cause.strength ? "on" : ""} />
              ))}
            </span>
            <h4>{show(cause.title)}</h4>
            <p>{show(cause.text)}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface SliderProps {
  rate: number;
  now: number;
  marks: { value: number; word: string }[];
  label: string;
  onRate(rate: number): void;
}

function Slider({ rate, now, marks, label, onRate }: SliderProps) {
  const { show } = usePage();
  const low = Math.min(rate, now);
  return (
    <div class="Slider">
      <span class="rail" />
      <span class="done" style={`inline-size:${low}%`} />
      <span
        class={`gain ${rate < now ? "loss" : ""}`}
        style={`inset-inline-start:${low}%;inline-size:${Math.abs(rate - now)}%`}
      />
      <span class="now" style={`inset-inline-start:${now}%`} />
      <input
        type="range"
        min="0"
        max="100"
        step="1"
        value={rate}
        aria-label={label}
        aria-valuetext={format.wholePercent(rate)}
        onInput={(event) => onRate(Number(event.currentTarget.value))}
      />
      <span class="tick top" aria-hidden="true" style={`inset-inline-start:${rate}%`}>
        <Num>{format.wholePercent(rate)}</Num>
      </span>
      <span class="tick" style={`inset-inline-start:${now}%`}>
        {show(words.today(format.wholePercent(now)))}
      </span>
      {marks
        .filter((mark) => Math.abs(mark.value - now) > 24)
        .slice(-1)
        .map((mark) => (
          <span class="tick" style={`inset-inline-start:${mark.value}%`}>
            {show([mark.word, mark.word])} <Num>{format.wholePercent(mark.value)}</Num>
          </span>
        ))}
    </div>
  );
}

/** To one, as the actions say it; beyond ten thousand nobody reads that far. */
const people = (n: number) => (n < 10_000 ? format.count(Math.round(n)) : format.about(Math.round(n)));

function Outcomes({ from, rate, days }: { from: string; rate: number; days: NonNullable<Weakest["what_if"]>["days"] }) {
  const { report, show, stageShort } = usePage();
  return (
    <div class="Outcome" aria-live="polite">
      {outcomes(report, from, rate).map((each) => {
        const { low, high } = asPeople(each.expected);
        const roughly = each.range !== null || high > 100;
        return (
          <>
            <span>{show(words.inPeriod(stageShort(each.stage)))}</span>
            <span class="from">
              <Num>{format.count(each.now)}</Num>
            </span>
            <span class="to">
              {roughly ? (
                show(words.about(people(each.expected)))
              ) : (
                <Num>{low === high ? String(low) : `${low}–${high}`}</Num>
              )}
              {each.range && (
                <span class="sub">
                  <Num>{`${people(each.range[0])}–${people(each.range[1])}`}</Num>
                </span>
              )}
            </span>
          </>
        );
      })}
      {days.map((each) => (
        <>
          <span>{show(words.daysFromTo(stageShort(each.from), stageShort(each.to)))}</span>
          <span class="from">
            <Num>{format.plain(each.now)}</Num>
          </span>
          <span class="to">
            <Num>{format.plain(each.to_days)}</Num>
            <span class="sub">{show(words.assumed)}</span>
          </span>
        </>
      ))}
    </div>
  );
}

function WhatIf({ what }: { what: NonNullable<Weakest["what_if"]> }) {
  const { report, show, say } = usePage();
  const [rate, setRate] = useState(what.rate_to_pct);
  const bands = report.transitions.find((each) => each.from === what.from && each.to === what.to)?.bands;
  const marks = (["good", "excellent"] as const).flatMap((name) => {
    const value = bands?.[name];
    return value === null || value === undefined ? [] : [{ value, word: say(words.mark[name]) }];
  });
  const atEngine = rate === what.rate_to_pct;
  return (
    <div class="WhatIf">
      <h3>{show(words.whatIf(what.from, what.to, format.wholePercent(rate)))}</h3>
      <Slider
        rate={rate}
        now={what.rate_now_pct}
        marks={marks}
        label={say(words.rateOf(what.from, what.to))}
        onRate={setRate}
      />
      <Outcomes from={what.from} rate={rate} days={atEngine ? what.days : []} />
      <p class="small muted">{show(what.assumption)}</p>
      {!atEngine && (
        <p class="no-print">
          <button type="button" class="Button" onClick={() => setRate(what.rate_to_pct)}>
            {show(words.back(format.wholePercent(what.rate_to_pct)))}
          </button>
        </p>
      )}
    </div>
  );
}

export function WeakestPanel() {
  const { report, stageShort } = usePage();
  const { weakest } = report;
  if (weakest === null) return null;
  const title = words.weakest(stageShort(weakest.from), stageShort(weakest.to));
  return (
    <Block id="weakest" title={title} notes={["weakest"]} wide>
      <div class="Card WeakestPanel">
        <Finding weakest={weakest} />
        <Causes weakest={weakest} />
        {weakest.what_if && <WhatIf what={weakest.what_if} />}
      </div>
    </Block>
  );
}
