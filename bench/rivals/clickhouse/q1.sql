-- Q1: the funnel by channel and month of creation. One pass groups what is asked of a lead, times as sorted arrays; the
-- rest is worked out lead by lead. 0 stands for "never". ${LOG} is the raw file or the loaded table.
WITH
  ['email_opened', 'email_clicked', 'page_view', 'form_submitted', 'webinar_attended', 'content_downloaded',
   'demo_requested'] AS scored_types,
  [2, 4, 1, 10, 8, 5, 20] AS points_of,
  [5, 3, 10, 2, 2, 3, 1] AS most_of,

  -- What the lead is; all that it did, by time.
  lead_trail AS (
    SELECT
      anyIf(channel, type = 'lead_created') AS came_by,
      maxIf(toUInt32(ts), type = 'lead_created') AS captured_at,
      maxIf(
        multiIf(employees >= 1000, 20, employees >= 200, 12, employees >= 50, 6, 0)
          + multiIf(industry IN ('software', 'finance'), 8, industry = 'healthcare', 4, 0)
          + if(channel = 'referral', 5, 0),
        type = 'lead_created') AS fit,
      minIf(toUInt32(ts), type = 'email_opened' AND step BETWEEN 1 AND 2) AS first_step_open,
      minIf(toUInt32(ts), type = 'email_opened' AND step BETWEEN 3 AND 5) AS later_step_open,
      minIf(toUInt32(ts), type = 'form_submitted' AND path = '/forms/contact') AS contact_form,
      arraySort(groupArrayIf(toUInt32(ts),
        type = 'page_view' AND path IN ('/pricing', '/product', '/demo', '/case-studies', '/integrations'))) AS views,
      arraySort(groupArrayIf((toUInt32(ts), indexOf(scored_types, type)), has(scored_types, type))) AS scored,
      arraySort(groupArrayIf(toUInt32(ts), type = 'sales_accepted')) AS accepted,
      arraySort(groupArrayIf(toUInt32(ts), type = 'sql_qualified')) AS sales_qualified,
      arraySort(groupArrayIf(toUInt32(ts), type = 'opportunity_opened')) AS opened
    FROM ${LOG}
    GROUP BY lead
  ),

  -- MEL: an open of step 1 or 2 and one of step 3 to 5; or the contact form; or the third relevant view in 30 days.
  engaged AS (
    SELECT
      *,
      if(first_step_open > 0 AND later_step_open > 0, greatest(first_step_open, later_step_open), 0) AS opens,
      arrayFirst((t, two_before) -> t - two_before <= 2592000,
                 arraySlice(views, 3), arraySlice(views, 1, greatest(length(views) - 2, 0))) AS third_view,
      arrayMin(arrayConcat(arrayFilter(t -> t > 0, [opens, contact_form, third_view]), [4294967295])) AS met,
      if(met = 4294967295, 0, met) AS mel
    FROM lead_trail
    WHERE captured_at > 0
  ),

  -- MQL: 20 points, of which behaviour after engagement brings some, capped by type.
  qualified AS (
    SELECT
      *,
      arrayFilter(x -> x.1 > mel, scored) AS after,
      arrayMap(x -> x.2, after) AS kinds,
      arrayCumSum(arrayMap((kind, number) -> if(number <= most_of[kind], points_of[kind], 0),
                           kinds, arrayEnumerateUniq(kinds))) AS sums,
      multiIf(mel = 0, 0, fit >= 20, mel, arrayFirst((x, sum) -> fit + sum >= 20, after, sums).1) AS mql
    FROM engaged
  ),

  -- SAL, SQL, SQO: the first such sales event at or after the stage before.
  journey AS (
    SELECT
      came_by, captured_at, mel AS mel_at, mql AS mql_at,
      if(mql = 0, 0, arrayFirst(t -> t >= mql, accepted)) AS sal_at,
      if(sal_at = 0, 0, arrayFirst(t -> t >= sal_at, sales_qualified)) AS sql_at,
      if(sql_at = 0, 0, arrayFirst(t -> t >= sql_at, opened)) AS sqo_at
    FROM qualified
  )

SELECT
  came_by AS channel,
  formatDateTime(toDateTime(captured_at, 'UTC'), '%Y-%m') AS month,
  count() AS mcl,
  countIf(mel_at > 0) AS mel,
  countIf(mql_at > 0) AS mql,
  countIf(sal_at > 0) AS sal,
  countIf(sql_at > 0) AS sql,
  countIf(sqo_at > 0) AS sqo,
  nullIf(mel, 0) / count() AS conv_mel,
  mql / nullIf(mel, 0) AS conv_mql,
  sal / nullIf(mql, 0) AS conv_sal,
  sql / nullIf(sal, 0) AS conv_sql,
  sqo / nullIf(sql, 0) AS conv_sqo,
  quantileExactInclusiveIf(0.5)(mel_at - captured_at, mel_at > 0) / 86400 AS med_mel,
  quantileExactInclusiveIf(0.5)(mql_at - mel_at, mql_at > 0) / 86400 AS med_mql,
  quantileExactInclusiveIf(0.5)(sal_at - mql_at, sal_at > 0) / 86400 AS med_sal,
  quantileExactInclusiveIf(0.5)(sql_at - sal_at, sql_at > 0) / 86400 AS med_sql,
  quantileExactInclusiveIf(0.5)(sqo_at - sql_at, sqo_at > 0) / 86400 AS med_sqo,
  avgIf(mel_at - captured_at, mel_at > 0) / 86400 AS avg_mel,
  avgIf(mql_at - mel_at, mql_at > 0) / 86400 AS avg_mql,
  avgIf(sal_at - mql_at, sal_at > 0) / 86400 AS avg_sal,
  avgIf(sql_at - sal_at, sql_at > 0) / 86400 AS avg_sql,
  avgIf(sqo_at - sql_at, sqo_at > 0) / 86400 AS avg_sqo
FROM journey
GROUP BY channel, month
ORDER BY channel, month
