// Who a lead is, in the first three cells of a row: the person and where, the stage, the score.
import { Dotted } from "../../text/rich";
import { useApp } from "../app";
import type { Lead } from "../api";
import { accountName, LeadLink, ScoreMark, Stage } from "./basics";

export function LeadHeads({ stage }: { stage: "stage.one" | "stage.now" }) {
  const { show } = useApp();
  return (
    <>
      <th scope="col">{show("lead.one")}</th>
      <th scope="col">{show(stage)}</th>
      <th scope="col" class="num">
        {show("score.one")}
      </th>
    </>
  );
}

export const LeadCells = ({ lead, wrap = false }: { lead: Lead; wrap?: boolean }) => (
  <>
    <th scope="row">
      <LeadLink lead={lead} />
      <span class={wrap ? "sub wrap" : "sub"}>
        <Dotted parts={[lead.title, accountName(lead.account)]} />
      </span>
    </th>
    <td>
      <Stage stage={lead.stage} funnel={lead.funnel} />
    </td>
    <td class="num">
      <ScoreMark score={lead.score} />
    </td>
  </>
);
