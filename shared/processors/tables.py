"""The tables that processors read from each other, by short names."""

from typing import Final

PLAYER_GAMES: Final = "nba_analytics.player_game_summary"
OFFENSE: Final = "nba_analytics.team_offense_game_summary"
DEFENSE: Final = "nba_analytics.team_defense_game_summary"
SHOT_ZONES: Final = "nba_precompute.player_shot_zone_analysis"
DEFENSE_ZONES: Final = "nba_precompute.team_defense_zone_analysis"
COMPOSITE: Final = "nba_precompute.player_composite_factors"
CACHE: Final = "nba_precompute.player_daily_cache"
PROFILE: Final = "nba_precompute.player_season_profile"
FEATURES: Final = "nba_predictions.ml_feature_store"
