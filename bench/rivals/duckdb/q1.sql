-- Q1: the funnel by channel and month of creation. ${LOG} is the raw file or a loaded table. It is used several times:
-- ${MATERIALIZED} keeps what was read of a raw file in memory, a table is better scanned again.
SET threads = ${THREADS};
SET preserve_insertion_order = false;

WITH ev AS ${MATERIALIZED} (
  SELECT * FROM ${LOG}
),

-- MCL: created; and the points for what the lead is.
lead AS (
  SELECT
    lead,
    epoch(ts)::BIGINT AS mcl,
    channel,
    strftime(ts, '%Y-%m') AS month,
    CASE WHEN employees >= 1000 THEN 20 WHEN employees >= 200 THEN 12 WHEN employees >= 50 THEN 6 ELSE 0 END
      + CASE industry WHEN 'software' THEN 8 WHEN 'finance' THEN 8 WHEN 'healthcare' THEN 4 ELSE 0 END
      + CASE WHEN channel = 'referral' THEN 5 ELSE 0 END AS fit
  FROM ev
  WHERE type = 'lead_created'
),

-- MEL: an open of step 1 or 2 and one of step 3 to 5; or the contact form; or the third relevant page view within 30
-- days.
mail_and_form AS (
  SELECT
    lead,
    min(CASE WHEN type = 'email_opened' AND step BETWEEN 1 AND 2 THEN epoch(ts)::BIGINT END) AS first_step_open,
    min(CASE WHEN type = 'email_opened' AND step BETWEEN 3 AND 5 THEN epoch(ts)::BIGINT END) AS later_step_open,
    min(CASE WHEN type = 'form_submitted' THEN epoch(ts)::BIGINT END) AS contact_form
  FROM ev
  WHERE (type = 'email_opened' AND step <= 5) OR (type = 'form_submitted' AND path = '/forms/contact')
  GROUP BY lead
),
page AS (
  SELECT lead, min(t) AS third_view
  FROM (
    SELECT
      lead,
      epoch(ts)::BIGINT AS t,
      lag(epoch(ts)::BIGINT, 2) OVER (PARTITION BY lead ORDER BY ts) AS two_before
    FROM ev
    WHERE type = 'page_view' AND path IN ('/pricing', '/product', '/demo', '/case-studies', '/integrations')
  )
  WHERE t - two_before <= 2592000
  GROUP BY lead
),
engaged AS (
  SELECT
    lead.*,
    least(
      CASE WHEN first_step_open IS NOT NULL AND later_step_open IS NOT NULL
           THEN greatest(first_step_open, later_step_open) END,
      third_view,
      contact_form
    ) AS mel
  FROM lead LEFT JOIN mail_and_form USING (lead) LEFT JOIN page USING (lead)
),

-- MQL: 20 points, of which behaviour after engagement brings some, capped by type.
weight(type, points, most) AS (
  VALUES ('email_opened', 2, 5), ('email_clicked', 4, 3), ('page_view', 1, 10), ('form_submitted', 10, 2),
         ('webinar_attended', 8, 2), ('content_downloaded', 5, 3), ('demo_requested', 20, 1)
),
score AS (
  SELECT lead, t, fit + sum(points) OVER (PARTITION BY lead ORDER BY t) AS score
  FROM (
    SELECT
      e.lead,
      epoch(e.ts)::BIGINT AS t,
      m.fit,
      w.points,
      w.most,
      row_number() OVER (PARTITION BY e.lead, e.type ORDER BY e.ts) AS number
    FROM ev e
    JOIN engaged m ON m.lead = e.lead AND epoch(e.ts)::BIGINT > m.mel
    JOIN weight w ON w.type = e.type
    WHERE m.fit < 20
  )
  WHERE number <= most
),
qualified AS (
  SELECT lead, min(mql) AS mql
  FROM (
    SELECT lead, t AS mql FROM score WHERE score >= 20
    UNION ALL
    SELECT lead, mel FROM engaged WHERE fit >= 20 AND mel IS NOT NULL
  )
  GROUP BY lead
),

-- SAL, SQL, SQO: the first such sales event at or after the stage before.
accepted AS (
  SELECT q.lead, min(epoch(e.ts)::BIGINT) AS sal
  FROM qualified q JOIN ev e ON e.lead = q.lead AND e.type = 'sales_accepted' AND epoch(e.ts)::BIGINT >= mql
  GROUP BY q.lead
),
sales_qualified AS (
  SELECT q.lead, min(epoch(e.ts)::BIGINT) AS sql
  FROM accepted q JOIN ev e ON e.lead = q.lead AND e.type = 'sql_qualified' AND epoch(e.ts)::BIGINT >= sal
  GROUP BY q.lead
),
opportunity AS (
  SELECT q.lead, min(epoch(e.ts)::BIGINT) AS sqo
  FROM sales_qualified q JOIN ev e ON e.lead = q.lead AND e.type = 'opportunity_opened' AND epoch(e.ts)::BIGINT >= sql
  GROUP BY q.lead
),
journey AS (
  SELECT m.channel, m.month, m.mcl, m.mel, mql, sal, sql, sqo
  FROM engaged m
  LEFT JOIN qualified USING (lead)
  LEFT JOIN accepted USING (lead)
  LEFT JOIN sales_qualified USING (lead)
  LEFT JOIN opportunity USING (lead)
)

SELECT
  channel,
  month,
  count(*) AS mcl,
  count(mel) AS mel,
  count(mql) AS mql,
  count(sal) AS sal,
  count(sql) AS sql,
  count(sqo) AS sqo,
  count(mel) / nullif(count(*), 0)::DOUBLE AS conv_mel,
  count(mql) / nullif(count(mel), 0)::DOUBLE AS conv_mql,
  count(sal) / nullif(count(mql), 0)::DOUBLE AS conv_sal,
  count(sql) / nullif(count(sal), 0)::DOUBLE AS conv_sql,
  count(sqo) / nullif(count(sql), 0)::DOUBLE AS conv_sqo,
  median(mel - mcl) / 86400 AS med_mel,
  median(mql - mel) / 86400 AS med_mql,
  median(sal - mql) / 86400 AS med_sal,
  median(sql - sal) / 86400 AS med_sql,
  median(sqo - sql) / 86400 AS med_sqo,
  avg(mel - mcl) / 86400 AS avg_mel,
  avg(mql - mel) / 86400 AS avg_mql,
  avg(sal - mql) / 86400 AS avg_sal,
  avg(sql - sal) / 86400 AS avg_sql,
  avg(sqo - sql) / 86400 AS avg_sqo
FROM journey
GROUP BY channel, month
ORDER BY channel, month;
