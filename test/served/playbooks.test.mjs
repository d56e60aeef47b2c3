// Playbooks and what else people are handed, as the definition says it, at `masa serve` itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { companyOf } from "./company.mjs";

const company = companyOf({}, () => company.answers("/playbooks"));

test("playbooks are the definition's, in its order and in both languages", async () => {
  const { items } = (await company.get("/playbooks")).json;
  assert.deepEqual(
    items.map(({ id, refreshed }) => [id, refreshed]),
    [
      ["partial_refunds", "2026-04-01"],
      ["borderline", "2026-03-02"],
    ],
  );
  const [refunds, borderline] = items;
  assert.equal(refunds.title.he, "החזרים חלקיים במנוי חודשי");
  assert.equal(refunds.steps.length, 3);
  assert.deepEqual(refunds.steps[2], { he: "לקבוע דמו עם הנהלת החשבונות", en: "Book a demo with accounting" });
  // The situation as it is named, or else the rule as a sentence.
  assert.equal(refunds.when.en, "refunds are among the account's pains");
  assert.equal(borderline.when.en, "the sales score from 70 to 80");
  assert.match(borderline.when.he, /מ־70 עד 80/);
});

test("they are not sent twice, and not to strangers", async () => {
  const { headers } = await company.get("/playbooks");
  const again = { headers: { "if-none-match": headers.get("etag") } };
  assert.equal((await company.get("/playbooks", again)).status, 304);
  assert.equal((await company.get("/playbooks", { roles: "" })).status, 401);
});

test("teams, reasons, milestones and questions have the definition's texts in the menus", async () => {
  const { teams, reasons, milestones, bant } = (await company.get("/options")).json;
  assert.deepEqual(
    teams.map(({ name, label }) => [name, label.en]),
    [
      ["team_east", "East team"],
      ["team_rest", "Rest of the world"],
      ["borderline", "Borderline team"],
      ["sales_leads", "Sales team leads"],
    ],
  );
  assert.equal(reasons.reject.find(({ code }) => code === "no_budget").needs, "budget");
  assert.deepEqual(
    reasons.return.map(({ label }) => label.he),
    ["מוקדם מדי", "עוד לא בשלים", "הצורך לא ברור", "לא האדם הנכון"],
  );
  assert.equal(milestones[1].label.he, "בדיקת אבטחה");
  const [marketing, sales] = bant;
  assert.equal(sales.answers[0].question.en, "Is a budget set aside this year?");
  assert.equal(marketing.answers[0].question, null);
});
