-- Q2: how many leads did one, two, ... five things in order within 30 days of the first. s1 to s5: the latest start of
-- a sequence that has come so far. ${LOG} is the raw file or a loaded table, read once.
SET threads = ${THREADS};
SET preserve_insertion_order = false;

WITH a AS (
  SELECT
    lead,
    epoch(ts)::BIGINT AS t,
    CASE type WHEN 'email_opened' THEN 1 WHEN 'page_view' THEN 2 WHEN 'form_submitted' THEN 3
              WHEN 'demo_requested' THEN 4 ELSE 5 END AS k
  FROM ${LOG}
  WHERE type IN ('email_opened', 'page_view', 'form_submitted', 'demo_requested', 'sales_accepted')
),
b1 AS (SELECT *, max(CASE WHEN k = 1 THEN t END) OVER w AS s1 FROM a WINDOW w AS (PARTITION BY lead ORDER BY t)),
b2 AS (SELECT *, max(CASE WHEN k = 2 AND t - s1 <= 2592000 THEN s1 END) OVER w AS s2
       FROM b1 WINDOW w AS (PARTITION BY lead ORDER BY t)),
b3 AS (SELECT *, max(CASE WHEN k = 3 AND t - s2 <= 2592000 THEN s2 END) OVER w AS s3
       FROM b2 WINDOW w AS (PARTITION BY lead ORDER BY t)),
b4 AS (SELECT *, max(CASE WHEN k = 4 AND t - s3 <= 2592000 THEN s3 END) OVER w AS s4
       FROM b3 WINDOW w AS (PARTITION BY lead ORDER BY t)),
latest AS (
  SELECT
    lead,
    max(s1) AS s1,
    max(s2) AS s2,
    max(s3) AS s3,
    max(s4) AS s4,
    max(CASE WHEN k = 5 AND t - s4 <= 2592000 THEN s4 END) AS s5
  FROM b4
  GROUP BY lead
)
SELECT count(s1) AS l1, count(s2) AS l2, count(s3) AS l3, count(s4) AS l4, count(s5) AS l5 FROM latest;
