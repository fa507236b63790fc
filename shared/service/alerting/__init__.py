"""What the rules of alerting are judged by, and where incidents are kept."""
