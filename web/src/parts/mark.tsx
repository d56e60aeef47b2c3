// The mark and the name of the program, as all bars and doors show them.
import type { Lang } from "../text/format";

export const Mark = ({ lang, width = 30 }: { lang: Lang; width?: number }) => (
  <>
    <svg width={width} height={Math.round((width * 22) / 30)} viewBox="0 0 30 22" aria-hidden="true">
      <g fill="none" stroke="var(--line-2)" stroke-width="2" stroke-linecap="round">
        <path d="M2 4C9 4 9 17 16 17s7-8 12-8" />
      </g>
      <circle cx="3.5" cy="4.2" r="3.5" fill="var(--stage-2)" />
      <circle cx="15" cy="17" r="3" fill="var(--stage-4)" />
      <circle cx="27" cy="9" r="2.6" fill="var(--stage-6)" />
    </svg>
    <bdi>{lang === "he" ? "מסע" : "masa"}</bdi>
  </>
);
