-- Q2: how many leads did one, two, ... five things in order within 30 days of the first. ClickHouse has
-- a function for it.
SELECT
  countIf(steps >= 1) AS l1, countIf(steps >= 2) AS l2, countIf(steps >= 3) AS l3, countIf(steps >= 4) AS l4,
  countIf(steps >= 5) AS l5
FROM (
  SELECT
    windowFunnel(2592000)(ts, type = 'email_opened', type = 'page_view', type = 'form_submitted',
                          type = 'demo_requested', type = 'sales_accepted') AS steps
  FROM ${LOG}
  GROUP BY lead
)
