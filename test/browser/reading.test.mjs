// Small things that decide whether a page reads well: directions, places, keys of another keyboard, what is not there.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { flowIn, inspect } from "./dash.mjs";
import { browser } from "./page.mjs";

let chrome;
before(async () => {
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
});
const flow = flowIn(() => chrome);

/** Where a text begins on the screen, by its first letter. */
const startOf = (locator, word) =>
  locator.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.search(wanted);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect().x;
    }
    return NaN;
  }, word);

flow("in Hebrew a day stands before its hour, whoever writes them", { lang: "he" }, async (page) => {
  await page.to("/handoffs?view=decided");
  const time = page.locator(".Brief .Notice time").first();
  await time.waitFor();
  const [day, hour] = [await startOf(time, "\\d+\\.\\d+\\.\\d{4}"), await startOf(time, "\\d\\d:\\d\\d")];
  assert.ok(day > hour, `${day} ${hour}: ${await time.innerText()}`);
});

flow("an empty search asks from the side where one begins to read", { lang: "he" }, async (page) => {
  await page.to("/leads");
  const search = page.locator("input[type=search]");
  const direction = () => search.evaluate((element) => getComputedStyle(element).direction);
  assert.equal(await direction(), "rtl");
  await search.fill("sales@example.com");
  await page.waitForFunction(() => getComputedStyle(document.querySelector("input[type=search]")).direction === "ltr");
});

const LONG =
  "Senior Vice President of Global Finance Operations, Transformation, Planning and everything else there is";

flow("a long Latin title in Hebrew is cut at its end", { lang: "he" }, async (page, server) => {
  for (const lead of server.state.leads) lead.title = LONG;
  await page.to("/leads");
  const row = page.locator("[data-row] .sub").first();
  const [start, box] = [await startOf(row, "Senior"), await row.boundingBox()];
  assert.ok(start >= box.x && start < box.x + box.width, `${start} in ${JSON.stringify(box)}`);
});

flow("a company's name in the palette keeps its order", { lang: "he" }, async (page, server) => {
  const name = "North Labs Inc. 81";
  for (const lead of server.state.leads) if (lead.account) lead.account.name = name;
  await page.to("/report");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("p8");
  const note = page.locator(".Palette li .muted", { hasText: name }).first();
  await note.waitFor();
  assert.ok((await startOf(note, "North")) < (await startOf(note, "81")));
});

flow("keys mean the same on a Hebrew keyboard", { lang: "he" }, async (page, server) => {
  const press = (key, code, more = {}) =>
    page.evaluate((init) => document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...init })), {
      key,
      code,
      ...more,
    });
  await page.to("/handoffs");
  const id = new URL(await page.locator(".Queue li[aria-current] a").getAttribute("href"), page.url()).pathname.split(
    "/",
  );
  await press("ר", "KeyR");
  await page.locator(".ReasonPicker").waitFor();
  await press("ר", "KeyR");
  await page.locator(".ReasonPicker").waitFor({ state: "detached" });
  await press("ל", "KeyK", { ctrlKey: true });
  await page.locator(".Palette").waitFor();
  await page.keyboard.press("Escape");
  await press("ש", "KeyA");
  await page.locator(".Toast").waitFor();
  assert.equal(server.state.handoffs.find((each) => each.id === id.at(-1)).state, "accepted");
});

for (const [lang, words] of [
  ["he", { none: "אין כאן ליד כזה", all: "כל הלידים", missing: "השדה הזה חסר", email: /כתובת מייל/, invite: "הזמנה" }],
  [
    "en",
    { none: "no such lead", all: "All leads", missing: "This field is missing", email: /e-mail/, invite: "Invite" },
  ],
]) {
  flow(`a lead that is not there leads back to those who are, ${lang}`, { lang, size: "phone" }, async (page) => {
    await page.to("/leads/nobody-known");
    await page.getByText(words.none).waitFor();
    await inspect(page, `dash-no-lead-${lang}`);
    await page.locator(".Empty").getByRole("link", { name: words.all }).click();
    await page.waitForURL(/\/leads$/);
  });

  flow(`forms say what is missing in the language of the page, ${lang}`, { who: "admin", lang }, async (page) => {
    await page.to("/users");
    await page.getByRole("button", { name: words.invite }).first().click();
    const form = page.locator("dialog[open] form");
    const said = (field) => field.evaluate((element) => element.validationMessage);
    const [name, email] = [form.locator("input").first(), form.locator("input[type=email]")];
    await form.locator("button[type=submit]").click();
    assert.equal(await said(name), words.missing);
    await name.fill("Sales 3");
    assert.equal(await said(name), "");
    await email.fill("sales3");
    await form.locator("button[type=submit]").click();
    assert.match(await said(email), words.email);
    await email.fill("sales3@example.com");
    await form.locator("button[type=submit]").click();
    await page.locator(".Secret input").waitFor();
  });

  flow(`one handoff is spoken of as one, and its team by its name, ${lang}`, { lang }, async (page, server) => {
    const handoff = server.state.handoffs.find(({ state }) => state === "rejected");
    await page.to(`/handoffs/${handoff.id}?view=decided`);
    const word = lang === "he" ? "נדחה" : "rejected";
    assert.equal(await page.locator(".Brief .Notice strong").innerText(), word);
    const late = server.state.handoffs.find((each) => each.state === "waiting" && each.sla?.escalated_at);
    late.sla.escalated_to = { id: "borderline", name: "צוות הגבוליים" };
    await page.to("/handoffs");
    const team = lang === "he" ? "צוות הגבוליים" : "Borderline team";
    await page.locator(".Queue").getByText(team).first().waitFor();
  });
}

for (const size of ["phone", "wide"]) {
  flow(`a handoff that waits for months fits in the window, ${size}`, { lang: "he", size }, async (page) => {
    const months = Array.from({ length: 90 }, (_, i) => ({
      date: new Date(Date.UTC(2026, 0, 4 + i)).toISOString().slice(0, 10),
      kind: i % 7 > 4 ? "rest" : "used",
      minutes: i % 7 > 4 ? 0 : 480,
    }));
    await page.route(/\/api\/v1\/handoffs\/h1$/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), sla_days: months } });
    });
    await page.to("/handoffs/h1");
    await inspect(page, `dash-months-${size}`);
    const shown = await page.locator(".SlaBand span:visible").allInnerTexts();
    assert.equal(shown.length, size === "phone" ? 8 : 15);
    assert.equal(shown.at(-1), "…");
  });
}

flow("a box of filters shows what was chosen in it", { lang: "en" }, async (page) => {
  for (const path of ["/leads", "/report"]) {
    await page.to(`${path}?where=source:linkedin`);
    assert.equal(
      await page.getByLabel("Source", { exact: true }).evaluate((box) => box.selectedOptions[0].text),
      "LinkedIn",
    );
  }
  await page.to("/leads?stage=SQO");
  const title = await page.locator("h1").innerText();
  assert.match(title, /^\d+ leads$/);
  assert.equal(await page.locator(".TableFoot").innerText(), `${title} in all`);
});

flow("many that were decided at once are taken back at once", { lang: "en" }, async (page, server) => {
  await page.to("/handoffs");
  const waiting = await page.locator(".Queue li").count();
  for (const i of [0, 1]) await page.locator(".Queue input[type=checkbox]").nth(i).check();
  await page.locator(".Bulk").getByRole("button", { name: "Accept" }).click();
  await page.locator(".Toast").getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction((n) => document.querySelectorAll(".Queue li").length === n, waiting);
  assert.equal(server.state.handoffs.filter(({ state }) => state === "waiting").length, waiting);
});

flow("after acceptance no clock is told any more", { lang: "en", size: "phone" }, async (page, server) => {
  const { id, lead } = server.state.handoffs.find(({ state }) => state === "accepted");
  await page.to(`/handoffs/${id}`);
  assert.equal(await page.locator(".Decide .for").innerText(), lead.name ?? lead.email);
});

flow("the agenda of another week is a press away", { lang: "he" }, async (page) => {
  await page.to("/agenda");
  await page.getByRole("link", { name: "השבוע שלפניו" }).click();
  await page.waitForURL(/\/agenda\?week=2\d{3}-W\d\d$/);
  await inspect(page, "dash-agenda-before");
});

flow("on paper a long agenda begins on the first page", { lang: "he", who: "marketing" }, async (page) => {
  const row = (i) => ({
    id: null,
    text: { he: `ליד ${i}`, en: `Lead ${i}` },
    said: null,
    link: null,
    owner: null,
    due: null,
  });
  await page.route(/\/api\/v1\/agenda/, async (route) => {
    const answer = await route.fetch();
    const agenda = await answer.json();
    agenda.sections[0].rows = Array.from({ length: 90 }, (_, i) => row(i));
    await route.fulfill({ response: answer, json: agenda });
  });
  await page.to("/agenda");
  await page.emulateMedia({ media: "print" });
  const breaks = await page.evaluate(() => {
    const whole = [];
    for (let e = document.querySelector(".AgendaPart li"); e; e = e.parentElement)
      if (e.offsetHeight > 1000 && getComputedStyle(e).breakInside !== "auto") whole.push(e.className);
    return whole;
  });
  assert.deepEqual(breaks, []);
});

flow("of a decision taken today nothing is measured yet", { lang: "en" }, async (page, server) => {
  const entry = server.state.register.find(({ measure }) => measure);
  Object.assign(entry.measure, { before: null, after: null, change: null, after_ci95: null });
  await page.to("/register");
  const row = page.locator("tr", { hasText: entry.text });
  await row.getByText("too early to say").waitFor();
  assert.doesNotMatch(await row.innerText(), /—\s*→/);
});

for (const lang of ["he", "en"])
  flow(`no table of the report is wider than its card, ${lang}`, { lang }, async (page) => {
    await page.route(/\/api\/v1\/report\?|\/api\/v1\/report$/, async (route) => {
      const answer = await route.fetch();
      const report = await answer.json();
      for (const each of report.transitions)
        Object.assign(each, {
          ...{ sla_days: 10, sla_business: true, sla_late: 168, days_n: 170 },
          ...{ mean_days: 119.4, median_days: 118.6, compare_mean_days: 116.3 },
        });
      await route.fulfill({ response: answer, json: report });
    });
    await page.to("/report");
    const wide = await page
      .locator("main .TableCard")
      .evaluateAll((cards) =>
        cards.filter((card) => card.scrollWidth > card.clientWidth + 1).map((card) => card.textContent.slice(0, 60)),
      );
    assert.deepEqual(wide, []);
  });

flow("the timeline says what happened in the words of the definition", { lang: "he" }, async (page) => {
  await page.to("/leads/p8");
  await page.locator(".Trail .detail", { hasText: "כתובת: /pricing" }).first().waitFor();
});

flow(
  "of a share of the accepted the strip says who stands elsewhere now",
  { lang: "en", who: "sales" },
  async (page) => {
    await page.route(/\/api\/v1\/handoffs\?|\/api\/v1\/handoffs$/, async (route) => {
      const answer = await route.fetch();
      const handoffs = await answer.json();
      Object.assign(handoffs.counts, { accepted: 237, returned: 30, rejected: 27 });
      Object.assign(handoffs.accepted, { value: 83.7, n: 294, hits: 246, ci95: [79, 87.5] });
      await route.fulfill({ response: answer, json: handoffs });
    });
    await page.to("/handoffs");
    const strip = await page.locator("main .Strip").innerText();
    assert.match(strip, /246 were accepted, 9 of whom were given back afterwards/);
  },
);

flow(
  "a name made of signs keeps its order within a Hebrew sentence",
  { lang: "he", who: "marketing" },
  async (page) => {
    await page.route(/\/api\/v1\/agenda/, async (route) => {
      const answer = await route.fetch();
      const agenda = await answer.json();
      const text = { he: "\u2068<i>x(1)\u2069: 40 ימים בלי מגע", en: "" };
      agenda.sections[0].rows = [{ id: null, text, said: null, link: null, owner: null, due: null }];
      await route.fulfill({ response: answer, json: agenda });
    });
    await page.to("/agenda");
    const row = page.locator(".AgendaPart li").first();
    assert.ok((await startOf(row, "<")) < (await startOf(row, "\\(")), await row.innerText());
    assert.ok((await startOf(row, "\\(")) > (await startOf(row, "40")), await row.innerText());
  },
);

flow(
  "a company's name with numbers keeps its order over its people, and a decision names a person",
  { lang: "he" },
  async (page) => {
    await page.route(/\/api\/v1\/leads\/p8(\/why)?(\?|$)/, async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      if (json.account) json.account.account.name = "Studio 54, Ltd";
      for (const stage of json.funnels?.[0]?.stages ?? [])
        Object.assign(stage, { by: "u1", text: { he: "בהחלטה של u1", en: "decided by u1" } });
      await route.fulfill({ response: answer, json });
    });
    await page.to("/leads/p8");
    const title = page.locator("main h2", { hasText: "Studio" });
    assert.ok((await startOf(title, "Studio")) < (await startOf(title, "54")), await title.innerText());
    assert.ok((await startOf(title, "54")) < (await startOf(title, "Ltd")), await title.innerText());
    const why = await page.locator("#why").innerText();
    assert.match(why, /בהחלטה של/);
    assert.doesNotMatch(why, /u1/);
  },
);

flow("a list of subscriptions is called so", { lang: "en" }, async (page) => {
  await page.route(/\/api\/v1\/options/, async (route) => {
    const answer = await route.fetch();
    const options = await answer.json();
    for (const funnel of options.funnels) funnel.of = "subscription";
    await route.fulfill({ response: answer, json: options });
  });
  await page.to("/leads");
  await page.locator("main h1", { hasText: /^[\d,]+ subscriptions$/ }).waitFor();
});

flow("cells of a sum are cells", { lang: "en" }, async (page) => {
  await page.to("/report");
  const shown = await page
    .locator("main table tr.sum > *:visible")
    .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).display));
  assert.ok(shown.length > 3);
  assert.deepEqual([...new Set(shown)], ["table-cell"]);
});
