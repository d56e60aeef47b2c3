import { render } from "preact";
import { Page } from "./app/page";
import { inlinedReport, noPeople, NoReport } from "./source";
import { words } from "./text/words";
import "./style/main.css";

function Failure({ error }: { error: unknown }) {
  const empty = error instanceof NoReport;
  const what = empty ? words.template : words.failed;
  return (
    <main class="page Failure">
      <h1>
        <span lang="he" dir="rtl">
          {what[0]}
        </span>
        <br />
        <span lang="en" dir="ltr">
          {what[1]}
        </span>
      </h1>
      <p>
        <span lang="he" dir="rtl">
          {empty ? words.templateHelp[0] : ""}
        </span>{" "}
        <span lang="en" dir="ltr">
          {empty ? words.templateHelp[1] : String(error)}
        </span>
      </p>
      {empty && (
        <p>
          <code>masa report --definition DEF --format html -o report.html FILE...</code>
        </p>
      )}
    </main>
  );
}

const root = document.getElementById("app")!;
try {
  render(<Page report={inlinedReport(document.getElementById("masa-report"))} source={noPeople} />, root);
} catch (error) {
  render(<Failure error={error} />, root);
}
