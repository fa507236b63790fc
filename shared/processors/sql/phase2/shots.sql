-- One row: one field goal attempt in a game of @game_date.
-- Inputs: landing.shots. Every landed row is kept, so that the audit sees a row of a wrong date.
-- is_assisted is NULL on a miss; assist_player_id and block_player_id are NULL when there was none.
SELECT
  @season AS season,
  game_date,
  game_id,
  event_num,
  period,
  seconds_left,
  team,
  opponent,
  player_id,
  made,
  shot_value,
  distance_ft,
  loc_x,
  loc_y,
  zone_basic,
  is_assisted,
  assist_player_id,
  block_player_id
FROM landing.shots
