// A small company whose leads are handed to sales, for tests of what sales does.
export const DEFINITION = `masa: 1
company: { name: Acme, locale: en-US, zone: Asia/Jerusalem, currency: USD, week: sunday,
  workdays: [sunday, monday, tuesday, wednesday, thursday], hours: 09:00-17:00, holidays: none }
events:
  signed_up: { en: signed up }
  demo_booked: { en: booked a demo }
  call_held: { en: held a call }
traits:
  person:
    name: { type: string }
    email: { type: string }
    role: { type: string }
    answers:
      budget: { type: answer, en: budget }
      need: { type: 1..5, en: need }
      said_need: { type: answer, en: need as sales heard it }
  account: { region: { type: string, en: region }, employees: { type: int, en: employees } }
bant:
  sales:
    en: BANT by sales
    budget: { en: budget, when: person.answers.budget }
    need: { en: need, when: 'has(person.answers.said_need) ? person.answers.said_need : person.answers.need >= 4' }
    size: { en: size, when: account.employees >= 50 }
scores:
  sales: { en: sales, owner: sales, above: 50, borderline: { from: 20, team: borderline },
           terms: [ { id: bant, points: 30 * bant.sales.yes } ] }
teams:
  team_east: { en: East team }
  team_rest: { en: The rest }
  borderline: { en: Borderline }
  sales_leads: { en: Team leads }
brief:
  pains: { refunds: { en: Partial refunds } }
  openers: { demo: { en: The demo they booked, when: { did: demo_booked } } }
  questions: { budget: { en: Is a budget set aside?, answers: sales.budget } }
playbooks:
  first_call: { en: First call, when: { did: demo_booked }, steps: [ Say hello ] }
funnels:
  b2b:
    of: person
    stages:
      MEL: { owner: marketing, enter: { did: signed_up } }
      MQL: { owner: marketing, enter: { did: demo_booked } }
      SAL:
        owner: sales
        decided_by: sales
        sla:
          within: 2 business days
          remind: { before: 4 business hours }
          escalate: { late: 2 business hours, to: sales_leads }
        return_to: MEL
        route: [ { when: account.region == "east", to: team_east }, { to: team_rest } ]
        reject: { not_relevant: { en: not relevant }, no_budget: { en: no budget } }
        return: { too_early: { en: too early } }
      SQL: { owner: sales, milestones: [pilot, contract], enter: { did: call_held } }
dimensions: { region: { value: account.region }, source: { first_touch: context.campaign.source } }
report: { funnel: b2b, basis: cohort, period: last month, min_n: 5 }
`;

/** So many leads that were proposed to sales in January of 2026, a minute apart, every third of them in the east. */
export const proposed = (prefix, count) =>
  Array.from({ length: count }, (_, i) => {
    const userId = `${prefix}${i}`;
    const at = (hour) => new Date(Date.UTC(2026, 0, 6, hour, i)).toISOString();
    const region = i % 3 ? "west" : "east";
    return [
      {
        type: "identify",
        userId,
        timestamp: at(7),
        messageId: `${userId}-i`,
        traits: { email: `${userId}@example.com` },
      },
      { type: "group", userId, groupId: `a-${region}`, timestamp: at(7), messageId: `${userId}-g`, traits: { region } },
      {
        type: "track",
        event: "signed_up",
        userId,
        timestamp: at(8),
        messageId: `${userId}-s`,
        context: { campaign: { source: i % 2 ? "linkedin" : "search" } },
      },
      { type: "track", event: "demo_booked", userId, timestamp: at(9), messageId: `${userId}-d` },
    ];
  }).flat();
