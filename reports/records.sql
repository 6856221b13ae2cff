-- SPDX-License-Identifier: MIT
-- What the report asks of the rows of all stores together, in table sample(row, store, id, ...).

-- Texts that fill pages stand apart: they would slow down every pass over the other columns.
CREATE TABLE detail(row INTEGER PRIMARY KEY, parameters TEXT, hits TEXT);
INSERT INTO detail SELECT row, parameters, hits FROM sample;
ALTER TABLE sample DROP COLUMN parameters;
ALTER TABLE sample DROP COLUMN hits;
CREATE INDEX trajectory_row ON trajectory(row, iteration);
CREATE INDEX sample_case ON sample(problem, role, method_name);

-- What figures show: not what tuning tried, not the other binary of a comparison, not what claims were tested with.
-- A game is a problem at any rho, in any of its instances.
CREATE TABLE shown AS
SELECT *, without(without(problem, 'rho'), 'instance') AS game FROM sample
WHERE role = 'default' AND arm <> 'base' AND (family <> 'count' OR suite NOT IN (SELECT suite FROM claim));
CREATE UNIQUE INDEX shown_row ON shown(row);

-- The newest run of every problem, method and seed, and what repeats it. `cost` counts what the method asked for:
-- evaluations of F, or exact resolvents where it uses those.
CREATE TABLE attempt AS
SELECT row, family, game, problem, problem_name, method, method_name, n, rho, lipschitz, seed, machine, outcome, tolerance,
       initial_residual, residual, iterations, working_set, seconds, seconds_calibrated_memory,
       seconds_calibrated_compute, exact_resolvents > 0 AS exact,
       max(evaluations, coalesce(exact_resolvents, 0)) AS cost, age
FROM (SELECT row, age FROM
      (SELECT row, "commit", machine, threads, row_number() OVER newest AS age,
              first_value("commit") OVER newest AS its_commit, first_value(machine) OVER newest AS its_machine,
              first_value(threads) OVER newest AS its_threads
       FROM shown WHERE family IN ('solve', 'count')
       WINDOW newest AS (PARTITION BY problem, method, seed ORDER BY started DESC, row DESC))
      WHERE "commit" = its_commit AND machine = its_machine AND threads = its_threads) JOIN shown USING (row);
CREATE INDEX attempt_game ON attempt(game, rho);
CREATE TABLE solve AS SELECT * FROM attempt WHERE age = 1;
CREATE INDEX solve_game ON solve(game, rho);
CREATE INDEX solve_row ON solve(row);
CREATE INDEX solve_case ON solve(problem, method_name);

-- A game at one rho by one method, over instances and seeds. What it costs until it is solved, where some attempts
-- fail: all that was spent over how many succeed, the expected running time ERT (Hansen et al., 2010).
CREATE TABLE cell AS
SELECT game, rho, method, exact, count(*) AS runs, sum(outcome = 'converged') AS solved,
       total(cost) / nullif(sum(outcome = 'converged'), 0) AS cost,
       CASE WHEN sum(outcome = 'converged') > 0 THEN 'converged' ELSE max(outcome) END AS outcome
FROM solve GROUP BY game, rho, method;
CREATE INDEX cell_game ON cell(game, rho);

-- A sweep is a game solved at several rho, worth a map; the mixed one says most, so it comes first. The field are the
-- methods that met there.
CREATE TABLE game AS
SELECT game, problem_name, lipschitz, max(tolerance) AS tolerance, count(DISTINCT rho) AS rhos,
       count(DISTINCT rho) >= 3 AS sweep, min(rho) AS low, max(rho) AS high, count(DISTINCT method) AS methods,
       (SELECT group_concat(method) FROM (SELECT DISTINCT method FROM solve AS its WHERE its.game = solve.game
                                          ORDER BY method)) AS field
FROM solve GROUP BY game
ORDER BY sweep DESC, problem_name = 'mixed' DESC, count(*) DESC, game;

-- Methods of each game by how many rho they solve, then by what they spend there.
CREATE TABLE ranking AS
SELECT game, method, max(exact) AS exact, sum(solved = runs) AS solved,
       total(CASE WHEN solved = runs THEN cost END) AS spent,
       row_number() OVER (PARTITION BY game ORDER BY sum(solved = runs) DESC,
                          total(CASE WHEN solved = runs THEN cost END), method) - 1 AS place
FROM cell GROUP BY game, method;

-- A method's colour all over the page is its place on the first game; methods without one follow.
CREATE TABLE colour AS
SELECT method, row_number() OVER (ORDER BY place IS NULL, place, method) - 1 AS slot
FROM (SELECT DISTINCT method FROM shown)
     LEFT JOIN (SELECT method, place FROM ranking WHERE game = (SELECT game FROM game LIMIT 1)) USING (method);
CREATE UNIQUE INDEX colour_method ON colour(method);

-- Times of different machines do not mix: those of the newest run's machine count.
CREATE TABLE used_machine AS
SELECT key, json, coalesce(json_extract(json, '$.cpu.cache_bytes[#-1]'), 1e300) AS cache FROM machine WHERE key = (SELECT machine FROM sample ORDER BY started DESC, row DESC LIMIT 1);

-- Medians over repetitions and instances, with their 95 % intervals from six samples on; disturbed ones only where no
-- other exist.
CREATE TABLE timing AS
SELECT family, game, without(game, 'n') AS open, problem, method, n, rho, threads,
       max(outcome <> 'converged') AS censored, avg(seconds) FILTER (WHERE middle) AS seconds,
       min(seconds) FILTER (WHERE place = median_rank(repetitions)) AS low,
       min(seconds) FILTER (WHERE place = repetitions + 1 - median_rank(repetitions)) AS high,
       avg(bytes / iterations) FILTER (WHERE middle) AS bytes, avg(flops / iterations) FILTER (WHERE middle) AS flops,
       avg(working_set) FILTER (WHERE middle) AS working_set, avg(imbalance) FILTER (WHERE middle) AS imbalance,
       repetitions
FROM (SELECT *, place IN ((repetitions + 1) / 2, (repetitions + 2) / 2) AS middle FROM (
      SELECT family, game, problem, method, n, rho, threads, outcome, seconds, bytes, flops, iterations, working_set,
             imbalance, row_number() OVER calmest AS place,
             coalesce(nullif(count(*) FILTER (WHERE NOT disturbed) OVER calmest, 0), count(*) OVER calmest) AS repetitions
      FROM shown WHERE family <> 'count' AND seconds > 0 AND machine = (SELECT key FROM used_machine)
      WINDOW calmest AS (PARTITION BY family, game, rho, method, threads ORDER BY disturbed, seconds
                         ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
      WHERE place <= repetitions)
GROUP BY family, game, rho, method, threads;

-- What was timed at several n: `open` is the game without rho and n.
CREATE TABLE growth AS
SELECT family, open, rho, method FROM timing GROUP BY family, open, rho, method HAVING count(DISTINCT n) > 1;

-- Which rows a figure was computed from.
CREATE TABLE used(figure INTEGER, row INTEGER, PRIMARY KEY(figure, row)) WITHOUT ROWID;

-- Trainings of networks: those on the same data with the same number of steps are a course, whatever the quotient of step
-- sizes; the newest run of each seed counts. `brief` has the players' step sizes.
CREATE TABLE trained AS
SELECT row, printf('%s, %s, %d steps', parameters ->> '$.problem.data', without(without(problem, 'ratio'), 'data'),
                  substr(name, instr(name, '/steps:') + 7)) AS course,
       method || turns AS method, method_name, method_name || printf(' %g/%g', step, step * ratio) || turns AS brief,
       json ->> '$.order' AS style, repetition AS seed, outcome = 'diverged' AS diverged, seconds,
       evaluations, json_array_length(json, '$.calls') AS points, json
FROM (SELECT *, coalesce(p ->> '$.gamma', p ->> '$."base-gamma"', p ->> '$.lr', p ->> '$."base-lr"') AS step,
             coalesce(parameters ->> '$.problem.ratio', 1) AS ratio,
             CASE json ->> '$.order' WHEN 'alternating' THEN ', in turn' ELSE '' END AS turns
      FROM (SELECT *, parameters -> '$.method' AS p,
                   row_number() OVER (PARTITION BY suite, name, repetition ORDER BY started DESC, row DESC) AS age
            FROM shown JOIN training USING (row) JOIN detail USING (row) WHERE family = 'gan') WHERE age = 1);
CREATE TABLE training_value AS
SELECT row, course, method, seed, m.key AS measure, v.key AS place, v.key >= points - max(points / 4, 1) AS late,
       v.value AS value, t.json -> '$.averaged' -> m.key ->> v.key AS averaged, t.json -> '$.calls' ->> v.key AS calls,
       t.json -> '$.seconds' ->> v.key AS seconds, t.json -> '$.gradient' ->> v.key AS gradient
FROM trained AS t, json_each(t.json, '$.measures') AS m, json_each(m.value) AS v;
CREATE INDEX training_value_course ON training_value(course, method, measure);

-- Late in training: means over the last quarter of the evaluations, and how much a run still moves then.
CREATE TABLE late AS
SELECT row, course, method, seed, measure, avg(value) AS value, avg(averaged) AS averaged,
       sqrt(max(avg(value * value) - avg(value) * avg(value), 0)) AS fluctuation, avg(gradient) AS gradient
FROM training_value WHERE late GROUP BY row, measure;
CREATE INDEX late_course ON late(course, method, measure);

-- What went wrong in a run, the worst first: '' where nothing did.
CREATE TABLE fate AS
SELECT t.row, t.course, t.method,
       CASE WHEN t.diverged THEN 'ran away' WHEN max(late.gradient) = 0 THEN 'stands still'
            WHEN max(most) >= max(2 * max(late.value) FILTER (WHERE late.measure = 'modes'), 4) THEN 'lost modes'
            WHEN max(late.value) FILTER (WHERE late.measure <> 'modes') > 2 * max(least) THEN 'fell back' ELSE '' END AS fate
FROM trained AS t JOIN late USING (row) JOIN
     (SELECT row, max(value) FILTER (WHERE measure = 'modes') AS most,
             min(value) FILTER (WHERE measure IN ('sliced_wasserstein', 'frechet')) AS least FROM training_value GROUP BY row)
     USING (row)
WHERE late.measure IN ('modes', 'sliced_wasserstein', 'frechet') GROUP BY t.row;

-- Each method that interpolates beside its base, seed by seed: Lookahead over what it is named after, RAPP and wRAPP over
-- gda. `most` seeds are four of five.
CREATE TABLE interpolated AS
WITH far AS (SELECT late.*, t.method_name AS name, t.style AS style, t.brief AS brief FROM late JOIN trained AS t USING (row)
             WHERE measure IN ('sliced_wasserstein', 'frechet'))
SELECT la.course, replace(la.brief, ', in turn', '') AS brief, replace(base.brief, ', in turn', '') AS base, avg(la.value) AS distance, avg(base.value) AS base_distance,
       avg(base.averaged) AS mean_distance, avg(la.fluctuation) AS fluctuation, avg(base.fluctuation) AS base_fluctuation,
       avg(la.gradient) AS gradient, avg(base.gradient) AS base_gradient, count(*) AS seeds, (4 * count(*) + 4) / 5 AS most,
       sum(la.value < base.value) AS nearer, sum(la.value < base.averaged) AS nearer_than_mean,
       sum(la.gradient < base.gradient AND la.fluctuation < base.fluctuation) AS calmer
FROM far AS la JOIN far AS base ON la.course = base.course AND la.seed = base.seed AND la.style = base.style
     AND (la.name = 'la-' || base.name OR la.name IN ('rapp', 'wrapp') AND base.name = 'gda')
GROUP BY la.course, la.method, base.method;
ALTER TABLE interpolated ADD COLUMN verdict;
UPDATE interpolated SET verdict = CASE
  WHEN nearer >= most AND nearer_than_mean >= most AND calmer >= most THEN 'stabilized'
  WHEN nearer >= most AND nearer_than_mean >= most THEN 'nearer, not calmer'
  WHEN nearer >= most THEN 'averaging explains it'
  WHEN nearer <= seeds - most THEN 'farther'
  ELSE 'no clear difference' END;
