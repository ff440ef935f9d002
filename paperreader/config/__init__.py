"""The settings: the file `config.toml` in the platform's configuration folder."""

from paperreader.config.loading import LoadedConfig, SettingProblem, load_config, read_config, reload
from paperreader.config.settings import (
    DECISIONS,
    THEMES,
    After,
    AfterSettings,
    Config,
    Density,
    FetchSettings,
    Icons,
    KeymapName,
    Layout,
    RankingSettings,
    TriageSettings,
)

__all__ = [
    "DECISIONS",
    "THEMES",
    "After",
    "AfterSettings",
    "Config",
    "Density",
    "FetchSettings",
    "Icons",
    "KeymapName",
    "Layout",
    "LoadedConfig",
    "RankingSettings",
    "SettingProblem",
    "TriageSettings",
    "load_config",
    "read_config",
    "reload",
]
