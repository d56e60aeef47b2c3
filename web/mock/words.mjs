// What the mock's company agreed on: stages, answers, terms, playbooks. The worked example's definition, told again.
export const text = (he, en) => ({ he, en });

export const STAGES = [
  { stage: "MCL", label: text("נקלט", "captured"), owner: "marketing", decided: false, sla: null },
  { stage: "MEL", label: text("מעורב", "engaged"), owner: "marketing", decided: false, sla: null },
  { stage: "MQL", label: text("מתאים", "qualified"), owner: "marketing", decided: false, sla: null },
  {
    stage: "SAL",
    label: text("התקבל", "accepted"),
    owner: "sales",
    decided: true,
    sla: text("שני ימי עסקים", "2 business days"),
  },
  { stage: "SQL", label: text("מוסמך", "sales-ready"), owner: "sales", decided: false, sla: null },
  {
    stage: "SQO",
    label: text("הזדמנות", "opportunity"),
    owner: "sales",
    decided: false,
    sla: text("7 ימים", "7 days"),
  },
  { stage: "WON", label: text("זכייה", "won"), owner: "sales", decided: false, sla: null },
];

export const REASONS = {
  reject: [
    { code: "not_relevant", label: text("לא רלוונטי", "not relevant"), funnels: ["b2b"] },
    { code: "no_budget", label: text("אין תקציב", "no budget"), funnels: ["b2b"], needs: "budget" },
    { code: "competitor", label: text("מתחרה", "a competitor"), funnels: ["b2b"] },
    { code: "student", label: text("סטודנט", "a student"), funnels: ["b2b"] },
  ],
  return: [
    { code: "too_early", label: text("מוקדם מדי", "too early"), funnels: ["b2b"] },
    { code: "unknown_need", label: text("הצורך לא ברור", "need unclear"), funnels: ["b2b"] },
    { code: "wrong_person", label: text("לא האדם הנכון", "wrong person"), funnels: ["b2b"] },
  ],
};

export const SOURCES = [
  { value: "linkedin", label: text("לינקדאין", "LinkedIn") },
  { value: "email_sequence", label: text("סיקוונס אימייל", "e-mail sequence") },
  { value: "google_search", label: text("גוגל חיפוש", "Google Search") },
  { value: "facebook", label: text("פייסבוק", "Facebook") },
  { value: "tiktok", label: text("טיקטוק", "TikTok") },
  { value: "referrals", label: text("הפניות", "referrals") },
];

export const REGIONS = [
  { value: "us_east", label: text('ארה"ב - החוף המזרחי', "US east coast") },
  { value: "us_west", label: text('ארה"ב - החוף המערבי', "US west coast") },
  { value: "europe", label: text("אירופה", "Europe") },
  { value: "israel", label: text("ישראל", "Israel") },
];

export const ROLES = [
  { title: "CFO", role: text("מנהל כספים", "Finance chief"), part: "decides" },
  { title: "Head of accounting", role: text("ראש הנהלת חשבונות", "Head of accounting"), part: "uses" },
  { title: "CDO", role: text("מנהל דיגיטל", "Digital chief"), part: "influences" },
];

export const BANT = [
  {
    code: "budget",
    label: text("תקציב", "Budget"),
    question: text("האם הוקצה תקציב השנה?", "Is a budget set aside this year?"),
  },
  {
    code: "authority",
    label: text("סמכות", "Authority"),
    question: text("מי עוד חותם על ספק חדש?", "Who else signs for a new vendor?"),
  },
  {
    code: "need",
    label: text("צורך", "Need"),
    question: text("מה קורה אם לא מחליפים?", "What happens if nothing changes?"),
  },
  {
    code: "timeline",
    label: text("לוח זמנים", "Timeline"),
    question: text("עד מתי אתם קשורים לספק הנוכחי?", "Until when are you bound to the present vendor?"),
  },
];

export const EVENTS = {
  report_downloaded: text("הוריד את המחקר", "downloaded the research"),
  email_opened: text("פתח מייל", "opened a mail"),
  email_clicked: text("הקליק במייל", "clicked in a mail"),
  page_viewed: text("צפה בעמוד", "viewed a page"),
  form_submitted: text("שלח טופס", "sent a form"),
  demo_booked: text("קבע דמו", "booked a demo"),
  call: text("שיחה", "a call"),
};

export const MILESTONES = [
  { code: "pilot", label: text("פיילוט", "pilot") },
  { code: "security_review", label: text("בדיקת אבטחה", "security review") },
  { code: "contract", label: text("חוזה", "contract") },
];

export const PLAYBOOKS = [
  {
    id: "partial_refunds",
    title: text("החזרים חלקיים במנוי חודשי", "Partial refunds on a monthly plan"),
    when: text("הליד שאל על החזרים", "the lead asked about refunds"),
    steps: [
      text("לפתוח בשאלה שהליד עצמו שאל", "Open with the question the lead asked"),
      text("להראות חשבונית זיכוי בשלושה מטבעות", "Show a credit note in three currencies"),
      text("לקבוע דמו עם הנהלת החשבונות", "Book a demo with accounting"),
    ],
    refreshed: "2026-04-01",
  },
  {
    id: "borderline",
    title: text("ליד גבולי", "A borderline lead"),
    when: text("ניקוד המכירות בין 70 ל־80", "sales score between 70 and 80"),
    steps: [
      text("לברר תקציב ולוח זמנים לפני דמו", "Find out budget and timeline before a demo"),
      text("להחזיר לשיווק אם אין צורך דחוף", "Return to marketing if the need is not urgent"),
    ],
    refreshed: "2026-03-02",
  },
];

export const USERS = [
  { id: "u1", name: "Admin 1", email: "admin@example.com", roles: ["admin"], teams: [] },
  { id: "u2", name: "Marketing 1", email: "marketing@example.com", roles: ["marketing"], teams: [] },
  { id: "u3", name: "Sales 1", email: "sales@example.com", roles: ["sales"], teams: ["team_east"] },
  { id: "u4", name: "Sales 2", email: "sales2@example.com", roles: ["sales"], teams: ["team_rest", "borderline"] },
  { id: "u5", name: "Product 1", email: "product@example.com", roles: ["product"], teams: [] },
];

export const TEAMS = [
  { name: "team_east", label: text("צוות מזרח", "East team") },
  { name: "team_rest", label: text("שאר העולם", "Rest of the world") },
  { name: "borderline", label: text("צוות הגבוליים", "Borderline team") },
];
