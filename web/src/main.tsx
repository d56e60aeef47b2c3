import { render } from "preact";
import { Page } from "./app/page";
import { findSource, NoReport } from "./source";
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
const source = findSource(document);
source.load().then(
  (report) => render(<Page report={report} source={source} />, root),
  (error: unknown) => render(<Failure error={error} />, root),
);
