"""What every office uses: evidence, reviews, categories, documents, periods, obligations, links."""
