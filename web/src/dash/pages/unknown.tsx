import { useApp } from "../app";
import { Head, Nothing } from "../parts/basics";

export function Unknown() {
  const { say, show } = useApp();
  return (
    <>
      <Head title={say("unknown.title")} />
      <Nothing
        title={say("unknown.what")}
        action={
          <a class="Button" href="/report">
            {show("nav.report")}
          </a>
        }
      >
        {show("unknown.help")}
      </Nothing>
    </>
  );
}
