"""Sources: where Phase 1 gets games from. Each implements `shared.ports.Source`."""
