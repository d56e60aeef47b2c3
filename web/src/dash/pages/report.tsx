// The living report: the page of the self-contained file, fed by the server, with filters in its address and the people
// behind each number.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { PageContext, type Page as PageValue } from "../../app/context";
import { ReportBody, sectionsOf, useCard } from "../../app/page";
import { PeekCard } from "../../app/peek-card";
import type { Report } from "../../report";
import type { Source } from "../../source";
import { useApp } from "../app";
import { go, searchOf, setQuery, type Place } from "../data/router";
import { useData } from "../data/use-data";
import { Fetched, Icon, icons } from "../parts/basics";
import { Select } from "../parts/form";
import { choose, FunnelSwitch } from "../parts/funnel";
import { chosenOf } from "../parts/lead-filters";
import { PeopleDrawer } from "../parts/people";
import type { PageProps } from "../root";

const OURS = ["funnel", "period", "compare", "basis", "as_of", "where", "segment", "values", "mode"];

/** The filters alone: what the server and every link of the page keep. */
function filtersOf(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => OURS.includes(name)));
}

/** Numbers of this page open into the drawer, with the page's own filters. */
export function liveSource(filters: URLSearchParams): Source {
  return {
    people(cell, row) {
      const query = new URLSearchParams(filters);
      query.set("cell", cell);
      if (row && "rest" in row) query.set("rest", row.rest);
      else if (row) query.append("where", `${row.dimension}:${row.value}`);
      return `/report/people${searchOf(query)}`;
    },
  };
}

function PeriodPickers({ query, report }: { query: URLSearchParams; report: Report }) {
  const { say, of: _, options, lang } = useApp();
  const period = query.get("period") ?? "";
  const own = { value: "", label: say("report.period_default") };
  const listed = options.periods.map((each) => ({ value: each.period, label: each.label[lang] }));
  const other = period !== "" && listed.every((each) => each.value !== period);
  const periods = [own, ...(other ? [{ value: period, label: report.period.label[lang] }] : []), ...listed];
  const pick = (name: string) => (value: string) => setQuery({ [name]: value === "" ? null : value });
  return (
    <>
      <Select inline label={say("report.period")} value={period} choices={periods} onChange={pick("period")} />
      <Select
        inline
        label={say("report.against")}
        value={query.get("compare") ?? ""}
        choices={[
          { value: "", label: report.compare?.label[lang] ?? say("report.compare_default") },
          { value: "year", label: say("report.compare_year") },
          { value: "previous", label: say("report.compare_previous") },
          { value: "none", label: say("report.compare_none") },
        ]}
        onChange={pick("compare")}
      />
      <span class="Segment" role="group" aria-label={say("report.basis")}>
        {(["cohort", "flow"] as const).map((basis) => (
          <button
            type="button"
            aria-pressed={report.basis === basis}
            onClick={() => setQuery({ basis: basis === "cohort" ? null : basis })}
          >
            {say(`report.${basis}`)}
          </button>
        ))}
      </span>
      <Select
        inline
        label={say("report.rules")}
        value={query.get("mode") ?? options.mode}
        choices={[
          { value: "if", label: say("report.rules_now") },
          { value: "recorded", label: say("report.rules_then") },
        ]}
        onChange={(value) => choose("mode", value === options.mode ? null : value)}
      />
    </>
  );
}

/** A dimension to narrow to; what is chosen stands beside as buttons that take it off again. */
function Narrowing({ query }: { query: URLSearchParams }) {
  const { say, valueLabel, options, lang } = useApp();
  const where = query.getAll("where");
  const add = (value: string) => value !== "" && setQuery({ where: [...where, value] });
  const drop = (value: string) => setQuery({ where: where.filter((each) => each !== value) });
  const segment = query.get("segment");
  return (
    <>
      {options.dimensions.map((dimension) => {
        const all = dimension.values.map((each) => ({
          value: `${dimension.name}:${each.value}`,
          label: each.label[lang],
        }));
        return (
          <Select
            inline
            label={dimension.label[lang]}
            value=""
            choices={[
              { value: "", label: chosenOf(all, where) || say("report.all") },
              ...all.filter((choice) => !where.includes(choice.value)),
            ]}
            onChange={add}
            key={dimension.name}
          />
        );
      })}
      {options.segments.length > 0 && (
        <Select
          inline
          label={say("report.segment")}
          value={segment ?? ""}
          choices={[
            { value: "", label: say("report.all") },
            ...options.segments.map((each) => ({ value: each.name, label: each.label[lang] })),
          ]}
          onChange={(value) => setQuery({ segment: value || null })}
        />
      )}
      {where.map((value) => {
        const [dimension = "", which = ""] = value.split(/:(.*)/s);
        return (
          <button
            type="button"
            class="Chip"
            onClick={() => drop(value)}
            aria-label={say("filter.drop", { what: valueLabel(dimension, which) })}
            key={value}
          >
            <bdi>{valueLabel(dimension, which)}</bdi> <Icon path={icons.close} size={12} />
          </button>
        );
      })}
    </>
  );
}

function Filters({ query, report }: { query: URLSearchParams; report: Report }) {
  const { say, show, instant } = useApp();
  return (
    <div class="Filters no-print" role="group" aria-label={say("report.filters")}>
      <FunnelSwitch query={query} />
      <PeriodPickers query={query} report={report} />
      <Narrowing query={query} />
      <span class="end small muted">{show("report.as_of", { at: instant(report.as_of) })}</span>
      <button type="button" class="Button quiet" aria-label={say("print")} onClick={() => print()}>
        <Icon path={icons.print} />
      </button>
    </div>
  );
}

/** Says that the numbers have changed, once for each change and not at the first sight. */
function useAnnouncing(report: Report | null) {
  const { announce, say } = useApp();
  const seen = useRef<string | null>(null);
  useEffect(() => {
    if (report === null) return;
    const mark = `${report.as_of} ${JSON.stringify(report.stages.map(({ count }) => count))}`;
    if (seen.current !== null && seen.current !== mark)
      announce(say("report.changed", { title: report.headline.title[lang()] }));
    seen.current = mark;
  }, [report]);
}
const lang = () => (document.documentElement.lang === "he" ? "he" : "en");

export function ReportPage({ place, id }: PageProps) {
  const filters = filtersOf(place.query);
  const data = useData<Report>(`/report${searchOf(filters)}`, { on: ["report", "handoff", "definition"] });
  useAnnouncing(data.value);
  return (
    <>
      <Fetched data={data} rows={14}>
        {(report) => <LiveReport report={report} place={place} filters={filters} />}
      </Fetched>
      {id === "people" && <PeopleDrawer query={place.query} onClose={() => go(`/report${searchOf(filters)}`)} />}
    </>
  );
}

function LiveReport({ report, place, filters }: { report: Report; place: Place; filters: URLSearchParams }) {
  const { lang, session, say } = useApp();
  const { card, open, close } = useCard(lang);
  const key = filters.toString();
  const page = useMemo<PageValue>(
    () => ({ report, source: liveSource(filters), lang, openPeek: open }),
    [report, key, lang, open],
  );
  useEffect(() => {
    document.title = `${report.headline.title[lang]} · ${session.company}`;
  }, [report, lang]);
  useEffect(() => close(false), [place.path, place.query.toString()]);
  return (
    <PageContext.Provider value={page}>
      <Filters query={place.query} report={report} />
      <Sections report={report} label={say("report.sections")} />
      <ReportBody report={report} />
      {card && <PeekCard peek={card.peek} anchor={card.anchor} onClose={close} />}
    </PageContext.Provider>
  );
}

/** The parts of the report, to jump to. */
function Sections({ report, label }: { report: Report; label: string }) {
  const { lang, isolate } = useApp();
  const [open] = useState(true);
  if (!open) return null;
  return (
    <nav class="Sections no-print" aria-label={label}>
      {sectionsOf(report).map(({ id, title }) => (
        <a href={`#${id}`} key={id}>
          {isolate("he" in title ? title[lang] : title[lang === "he" ? 0 : 1])}
        </a>
      ))}
    </nav>
  );
}
