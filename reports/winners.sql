-- SPDX-License-Identifier: MIT
-- Who needs the fewest evaluations to solve all instances of a game at a rho, NULL where nobody does: among all
-- methods of lerp, and, where one of these wins, without those of table linear, which ask for an affine F.
CREATE TABLE winner AS
WITH place AS (SELECT DISTINCT game, rho FROM solve WHERE rho IS NOT NULL),
     kind(linear) AS (VALUES (1), (0)),
     able AS (SELECT linear, game, rho, method, slot,
                     row_number() OVER (PARTITION BY linear, game, rho ORDER BY cost, method) AS rank
              FROM cell JOIN colour USING (method), kind
              WHERE solved = runs AND NOT exact AND method NOT LIKE 'peer:%'
                AND (linear OR method NOT IN (SELECT method FROM linear)))
SELECT kind.linear, place.game, place.rho, able.method, able.slot
FROM place CROSS JOIN kind
     LEFT JOIN able ON able.rank = 1 AND able.linear = kind.linear AND able.game = place.game AND able.rho = place.rho;
DELETE FROM winner WHERE NOT linear AND game NOT IN
  (SELECT game FROM winner WHERE linear AND method IN (SELECT method FROM linear));
