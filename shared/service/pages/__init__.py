"""What the dashboard's pages and the JSON API show."""
