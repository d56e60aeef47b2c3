// Short names for the rows of the report, which the schema leaves unnamed.
import type { Report } from "../report";

export type { Band, LeaveKind } from "../report";
export type StageRow = Report["stages"][number];
export type FunnelStage = Report["funnel"]["stages"][number];
export type BreakdownRow = Report["breakdowns"][string][number];
export type Channel = Report["channels"][number];
export type Insight = Report["insights"][number];
export type Action = Report["actions"][number];
export type Mail = Report["sequence"][number];
export type Month = Report["trend"][number];
export type Weakest = NonNullable<Report["weakest"]>;
export type Audience = NonNullable<Report["audience"]>;
