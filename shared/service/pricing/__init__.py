"""What a request would use and cost, foretold from counts."""
