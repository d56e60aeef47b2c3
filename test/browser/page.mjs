// Opens the built template with a report in it, as a reader would. CHROMIUM names another browser; SHOTS a folder for
// pictures.
import { chromium } from "playwright-core";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inlined } from "../../web/tools/inline.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const shots = process.env.SHOTS;
const axe = readFileSync(at("node_modules/axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "masa-page-"));

export const sample = () => JSON.parse(readFileSync(at("../../web/fixtures/heshbonit4u.json"), "utf8"));
export const sizes = {
  wide: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 800 },
  phone: { width: 390, height: 844 },
};

export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });

/** Writes the page of a report and returns its address. */
export function pageOf(name, report) {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, inlined(readFileSync(at("../../web/dist/report.html"), "utf8"), JSON.stringify(report)));
  return pathToFileURL(file).href;
}

/** Opens it and remembers every complaint of the console, every error and every request that is not the file itself. */
export async function open(chrome, address, { lang = "he", theme = "light", size = "wide" } = {}) {
  const page = await chrome.newPage({
    viewport: sizes[size],
    reducedMotion: "reduce",
  });
  page.complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) page.complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`${address}?lang=${lang}&theme=${theme}`);
  await page.waitForSelector("main");
  await page.evaluate(() => document.fonts.ready);
  return page;
}

/** What reaches beyond the window sideways, as selectors; scrolling boxes may hide what they hold. */
export const overflow = (page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll("*")]
      .filter((element) => !element.closest("nav"))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && (box.right > width + 1 || box.left < -1);
      })
      .slice(0, 8)
      .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`);
  });

/** Texts cut off by their own box, beyond the few that are meant to end in an ellipsis. */
export const clipped = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("main *")]
      .filter((element) => {
        const style = getComputedStyle(element);
        const hides = style.overflowX === "hidden" || style.overflowX === "clip";
        if (element.classList.contains("BandPill") && element.scrollWidth > element.clientWidth + 1) return true;
        return (
          hides &&
          style.textOverflow !== "ellipsis" &&
          !element.classList.contains("visually-hidden") &&
          !element.closest(".Editor") &&
          element.scrollWidth > element.clientWidth + 1
        );
      })
      .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`),
  );

/** Pairs of texts that lie over each other: labels of the picture, cells of one row, a pill and its neighbour. */
export const overlaps = (page) =>
  page.evaluate(() => {
    const shown = (element) => element.getClientRects().length > 0 && element.textContent.trim() !== "";
    const groups = [
      [...document.querySelectorAll(".labels > span")],
      ...[...document.querySelectorAll("tr")].map((row) => [...row.children]),
      ...[...document.querySelectorAll(".Slider")].map((slider) => [...slider.querySelectorAll(".tick")]),
      ...[...document.querySelectorAll(".MiniFunnel:not(.head)")].map((funnel) => [...funnel.children]),
      [...document.querySelectorAll(".stage .count, .step .rate")],
      [...document.querySelectorAll(".step .BandPill, .step .n-line")],
      [...document.querySelectorAll(".StageTrend")].flatMap((chart) => [...chart.querySelectorAll(".mark > span")]),
    ];
    // The box of what is seen: words for screen readers only are elsewhere on purpose.
    const inked = (element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const boxes = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.parentElement.closest(".visually-hidden") || node.data.trim() === "") continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        boxes.push(...range.getClientRects());
      }
      return {
        left: Math.min(...boxes.map((box) => box.left)),
        right: Math.max(...boxes.map((box) => box.right)),
        top: Math.min(...boxes.map((box) => box.top)),
        bottom: Math.max(...boxes.map((box) => box.bottom)),
      };
    };
    const found = [];
    for (const group of groups) {
      const boxes = group.filter(shown).map((element) => ({
        text: element.textContent.trim().slice(0, 30),
        box: inked(element),
      }));
      boxes.forEach((a, i) =>
        boxes.slice(i + 1).forEach((b) => {
          const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
          const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
          if (wide > 1.5 && high > 3) found.push(`${a.text} / ${b.text}`);
        }),
      );
    }
    return found;
  });

export async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: {
        type: "tag",
        values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      },
    }),
  );
  return result.violations.map(
    (each) =>
      `${each.id}: ${each.nodes
        .slice(0, 4)
        .map((node) => `${node.target} ${node.failureSummary.split("\n").slice(1, 2)}`)
        .join(" | ")}`,
  );
}

/** A picture of the whole page, and of its parts one by one where the whole is too long to look at. */
export async function picture(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
